"""What is wrong is said by `/readyz`, and altered files of the log are given to nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api import readiness
from api.postgres import Logins
from api.sealing import State, seal_once, write_state
from api.signing import first_adoption
from ledger.actors import Role
from ledger.checkpoints import parse_checkpoint
from ledger.notes import parse_note
from ledger.sealing import CHECKPOINT
from ledger.sealing_stops import Stop
from ledger.tiles import Place
from tests.api.http_house import Browser, House, open_house
from tests.api.office import FIRST, TODAY


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        home, office = opened.office.home, opened.office
        office.scribe.handle(first_adoption(home, home.settings.origin, office.administrator))
        opened.auditor()
        seal_once(home)
        yield opened


def log_of(house: House) -> Path:
    return house.office.home.settings.log_folder


def size_of(house: House) -> int:
    note = parse_note((log_of(house) / CHECKPOINT).read_bytes())
    return parse_checkpoint(note.text).head.size


def troubles(browser: Browser) -> list[str]:
    answer = browser.get("/readyz")
    assert answer.status_code == (503 if answer.json()["status"] == "not ready" else 200)
    found = answer.json().get("troubles", [])
    assert all(each["zh"] and each["en"] for each in found)
    return [each["code"] for each in found]


@pytest.mark.parametrize("level", [0, None])
def test_an_altered_tile_is_given_to_nobody_and_told_until_it_is_mended(
    house: House, level: int | None
) -> None:
    auditor = house.as_(house.auditor())
    place = Place(level, 0, size_of(house))
    file = log_of(house) / place.path
    good = file.read_bytes()
    assert auditor.get(f"/log/{place.path}").content == good
    assert troubles(auditor) == []
    file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    answer = auditor.get(f"/log/{place.path}")
    assert (answer.status_code, answer.json()["code"]) == (503, "log_file_is_altered")
    assert (
        "cache-control" not in answer.headers or "immutable" not in answer.headers["cache-control"]
    )
    assert place.path in answer.json()["detail"]
    assert troubles(auditor) == ["log_file_is_altered"]
    file.write_bytes(good)
    assert troubles(auditor) == []
    assert auditor.get(f"/log/{place.path}").content == good


def test_a_tile_cut_short_or_of_another_history_is_altered(house: House) -> None:
    anybody = house.stranger()
    place = Place(0, 0, size_of(house))
    file = log_of(house) / place.path
    good = file.read_bytes()
    for other in (good[:-32], good[32:] + good[:32], b"", b"\0" * len(good)):
        file.write_bytes(other)
        assert anybody.get(f"/log/{place.path}").status_code == 503


def test_a_checkpoint_that_nobody_signed_is_not_given_out_nor_proofs_under_it(
    house: House,
) -> None:
    auditor = house.as_(house.auditor())
    file = log_of(house) / CHECKPOINT
    good = file.read_bytes()
    lines = good.split(b"\n")
    other = b"A" if lines[2][:1] != b"A" else b"B"
    for altered in (b"\n".join([*lines[:2], other + lines[2][1:], *lines[3:]]), b"nothing"):
        file.write_bytes(altered)
        for path in ("checkpoint", "proof/0", Place(0, 0, size_of_bytes(good)).path):
            assert auditor.get(f"/log/{path}").status_code == 503, path
        assert troubles(auditor) == ["log_file_is_altered"]
    file.write_bytes(good)
    assert auditor.get("/log/checkpoint").content == good
    assert troubles(auditor) == []


def size_of_bytes(published: bytes) -> int:
    return parse_checkpoint(parse_note(published).text).head.size


def test_a_proof_is_not_made_from_an_altered_tile(house: House) -> None:
    auditor = house.as_(house.auditor())
    file = log_of(house) / Place(0, 0, size_of(house)).path
    good = file.read_bytes()
    assert auditor.get("/log/proof/0").status_code == 200
    file.write_bytes(good[:32] + b"\0" * 32 + good[64:])
    assert auditor.get("/log/proof/0").status_code == 503


def test_a_full_disk_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    anybody = house.stranger()
    monkeypatch.setattr(readiness, "DISK_BYTES_NEEDED", 1 << 62)
    assert set(troubles(anybody)) == {"disk_is_full"}


def test_sealing_that_stopped_is_told_where_this_service_seals(house: House) -> None:
    settings = house.office.home.settings
    object.__setattr__(settings, "seals", True)
    anybody = house.stranger()
    assert troubles(anybody) == []
    house.office.hire(Role.INVENTOR, FIRST)
    assert troubles(anybody) == []
    write_state(settings, State(reason=Stop.KEY_IS_MISSING, values={"file": "log.key"}, at=TODAY))
    assert troubles(anybody) == ["sealing_has_stopped"]
    assert "log.key" in anybody.get("/readyz").text
