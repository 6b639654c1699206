"""The sealed log over HTTP: public to read, entries and proofs by right, a calm page for people."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.postgres import Logins
from api.sealing import State, read_state, seal_of, seal_once, write_state
from api.signing import first_adoption, make_key, rotation
from ledger.checkpoints import Checkpoint, parse_checkpoint
from ledger.merkle import includes, leaf_hash
from ledger.notes import VerifierKey, parse_note, signed_by
from ledger.sealing import sealer
from ledger.sealing_stops import Stop
from ledger.tiles import Place, unbundled
from tests.api.http_house import House, open_house
from tests.api.office import TODAY


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        home, office = opened.office.home, opened.office
        request = first_adoption(home, home.settings.origin, office.administrator)
        office.scribe.handle(request)
        yield opened


@pytest.fixture
def sealed(house: House) -> House:
    house.auditor()
    seal_once(house.office.home)
    return house


def checkpoint_of(text: bytes) -> Checkpoint:
    return parse_checkpoint(parse_note(text).text)


def test_anybody_reads_checkpoint_and_key_and_the_one_stands_for_the_other(sealed: House) -> None:
    anybody = sealed.stranger()
    answer = anybody.get("/log/checkpoint")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "max-age=1" in answer.headers["cache-control"]
    key = VerifierKey.parse(anybody.get("/log/vkey").text)
    assert list(signed_by(parse_note(answer.content), [key])) == [key]
    assert checkpoint_of(answer.content).origin == key.name


def test_hash_tiles_are_public_and_never_change(sealed: House) -> None:
    anybody = sealed.stranger()
    size = checkpoint_of(anybody.get("/log/checkpoint").content).head.size
    answer = anybody.get(f"/log/{Place(0, 0, size).path}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) == 32 * size


@pytest.mark.parametrize(
    "path",
    [
        "0/000.p/999",
        "0/000.p/01",
        "0/0",
        "00/000",
        "0/x000/000",
        "0/../checkpoint",
        "0/%2e%2e/%2e%2e/%2e%2e/keys/log.key",
        "64/000",
        "0/999",
        "entries/../0/000.p/5",
    ],
)
def test_a_path_that_is_not_canonical_leads_nowhere(sealed: House, path: str) -> None:
    auditor = sealed.as_(sealed.auditor())
    assert auditor.get(f"/log/tile/{path}").status_code == 404


def test_entries_are_for_those_who_read_every_institution(sealed: House) -> None:
    size = checkpoint_of(sealed.stranger().get("/log/checkpoint").content).head.size
    place = Place(None, 0, size)
    path = f"/log/{place.path}"
    for browser in (sealed.stranger(), sealed.as_(sealed.office.clerk)):
        assert browser.get(path).status_code == 404
    answer = sealed.as_(sealed.auditor()).get(path)
    assert "private" in answer.headers["cache-control"]
    entries = unbundled(answer.content, place)
    rows = sealed.office.connection.execute("SELECT state FROM ledger.facts ORDER BY position")
    assert list(entries) == [bytes(row[0]) for row in rows][:size]


def test_a_head_request_tells_as_much_as_a_get_without_its_body(sealed: House) -> None:
    anybody = sealed.stranger()
    for path in ("/log/checkpoint", "/log/vkey"):
        answer = anybody.head(path)
        assert answer.status_code == 200
        assert answer.content == b""


def test_a_proof_leads_from_the_entry_to_the_checkpoint(sealed: House) -> None:
    auditor = sealed.as_(sealed.auditor())
    states = sealed.office.connection.execute("SELECT state FROM ledger.facts ORDER BY position")
    for position, (state,) in enumerate(states.fetchall()[:5]):
        answer = auditor.get(f"/log/proof/{position}")
        head, _, note = answer.content.partition(b"\n\n")
        version, index, *hashes = head.decode().split("\n")
        assert (version, index) == ("c2sp.org/tlog-proof@v1", f"index {position}")
        told = checkpoint_of(note).head
        path = [base64.b64decode(each) for each in hashes]
        assert includes(told.root, told.size, position, leaf_hash(bytes(state)), path)


def test_a_proof_is_for_who_may_read_the_fact_and_only_once_it_is_sealed(sealed: House) -> None:
    assert sealed.stranger().get("/log/proof/0").status_code == 401
    outsider = sealed.office.stranger or sealed.office.clerk
    last = sealed.office.count("ledger.facts") - 1
    assert sealed.as_(outsider).get(f"/log/proof/{last}").status_code == 404
    auditor = sealed.as_(sealed.auditor())
    newest = sealed.office.count("ledger.facts") - 1
    answer = auditor.get(f"/log/proof/{newest}")
    assert (answer.status_code, answer.json()["code"]) == (409, "fact_is_not_sealed_yet")
    assert auditor.get("/log/proof/999999").status_code == 404
    assert auditor.get("/log/proof/first").status_code == 400


def test_before_the_first_checkpoint_there_is_nothing_to_fetch(house: House) -> None:
    anybody = house.stranger()
    assert anybody.get("/log/checkpoint").status_code == 404
    assert "尚未签署" in anybody.page("/log").text


def test_after_a_rotation_all_keys_are_listed_with_their_sizes(sealed: House) -> None:
    office, folder = sealed.office, sealed.office.home.settings.home
    make_key(folder / "new.key")
    office.scribe.handle(
        rotation(office.home, office.home.settings.origin, folder / "new.key", office.administrator)
    )
    seal_once(office.home)
    anybody = sealed.stranger()
    first, second = anybody.get("/log/keys").json()["keys"]
    assert first["position"] < second["position"]
    keys = [VerifierKey.parse(each["vkey"]) for each in (first, second)]
    note = parse_note(anybody.get("/log/checkpoint").content)
    assert set(signed_by(note, keys)) == set(keys)
    assert anybody.get("/log/vkey").text.strip() == second["vkey"]


def test_the_page_tells_people_where_the_log_stands(sealed: House) -> None:
    anybody = sealed.stranger()
    head = checkpoint_of(anybody.get("/log/checkpoint").content).head
    zh = anybody.page("/log").text
    assert head.root.hex() in zh
    assert "未设见证策略" in zh
    anybody.page("/log?lang=en")
    assert "No witness policy is set" in anybody.page("/log").text


def test_a_sealer_that_stopped_is_told_to_who_signs_in_and_counted(sealed: House) -> None:
    settings = sealed.office.home.settings
    values: dict[str, str | int] = {"size": 3, "signed": 9}
    write_state(settings, State(reason=Stop.LOG_IS_SHORTER_THAN_SIGNED, values=values, at=TODAY))
    state = read_state(settings)
    assert state is not None
    page = sealed.signed_in(sealed.auditor()).page("/log").text
    assert "数据库只有3条事实" in page
    assert "数据库只有3条事实" not in sealed.stranger().page("/log").text
    told = sealed.stranger().get("/metrics").text
    assert re.search(r"^zhiheng_sealing_stopped 1\.0$", told, re.MULTILINE)
    size = checkpoint_of(sealed.stranger().get("/log/checkpoint").content).head.size
    assert re.search(rf"^zhiheng_sealed_size {size}\.0$", told, re.MULTILINE)


def test_appends_go_on_while_sealing_may_not(sealed: House) -> None:
    file = sealed.office.home.settings.signing_key_file
    file.unlink()
    sealed.auditor()
    with pytest.raises(Exception, match=Stop.KEY_IS_MISSING):
        seal_once(sealed.office.home)
    assert sealed.as_(sealed.auditor()).get("/v1/facts").status_code == 200
    with sealer(sealed.office.home.service_url, seal_of(sealed.office.home.settings)) as made:
        assert made.waiting() > 0
