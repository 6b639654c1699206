"""Bundles: what is in them, who may take them, and how changes show in them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.audit.findings import Found, Said, Step
from api.postgres import Logins
from ledger.actors import Role
from ledger.refusals import Refusal, Refused
from tests.api.bundle_house import BundleHouse, open_bundle_house
from tests.api.figure_house import FIRST_FEN
from tests.api.office import FIRST, SECOND
from tests.api.terminal import Zhiheng, terminal


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[BundleHouse]:
    with open_bundle_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def zhiheng(house: BundleHouse, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Zhiheng:
    home = house.house.office.home.settings
    run = terminal(house.house, house.ledger, home.home, monkeypatch, capfdbinary)
    house.seal()
    return run


def verified(folder: Path, house: BundleHouse) -> tuple[int, dict[str, Any]]:
    """What the verifier inside a bundle finds, on its own."""
    verifier = str(folder / "verify.py")
    command = [sys.executable, "-I", verifier, str(folder), "--key", str(house.key)]
    run = subprocess.run([*command, "--json"], capture_output=True, check=False)
    assert not run.stderr, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    return run.returncode, told


def test_a_bundle_of_the_whole_log_passes_both_audits(house: BundleHouse) -> None:
    folder, own = house.bundle("whole", proofs=(0, 5))
    assert own.is_good, own.findings
    report = house.audit(folder)
    assert report.is_good, report.findings
    assert report.looked[Step.ENTRIES] == house.sealed_size()
    assert report.looked[Step.READINGS] > 50
    assert not [each for each in report.remarks if each.step is Step.READINGS]
    code, told = verified(folder, house)
    assert code == 0, told


def test_one_fen_changed_by_a_superuser_is_named_by_both_audits(house: BundleHouse) -> None:
    place = house.position_of("receipt-allocated.v1")
    amount, other = (f'"amount_fen":{fen}' for fen in (FIRST_FEN, FIRST_FEN + 1))
    house.tamper(
        "UPDATE ledger.facts SET state = convert_to(replace(convert_from(state, 'UTF8'), "
        f"'{amount}', '{other}'), 'UTF8') WHERE position = {place}"
    )
    folder, own = house.bundle("whole")
    assert own.first_wrong == place
    report = house.audit(folder)
    assert report.first_wrong == place
    altered = next(each for each in report.findings if each.code is Found.FACT_IS_ALTERED)
    assert altered.position == place
    assert altered.values["type"] == "receipt-allocated.v1"
    code, told = verified(folder, house)
    assert code == 1
    assert told["first_wrong_position"] == place


def test_a_row_taken_out_is_named_by_both_audits(house: BundleHouse) -> None:
    place = house.position_of("receipt-claimed.v1")
    house.tamper(f"DELETE FROM ledger.facts WHERE position = {place}")
    folder, _ = house.bundle("whole")
    assert house.audit(folder).first_wrong == place
    code, told = verified(folder, house)
    assert (code, told["first_wrong_position"]) == (1, place)


def test_an_institutions_bundle_holds_its_own_facts_and_those_of_all(house: BundleHouse) -> None:
    folder, own = house.bundle("part", institution=FIRST)
    assert own.is_good, own.findings
    report = house.audit(folder)
    assert report.is_good, report.findings
    assert 0 < report.looked[Step.ENTRIES] < house.sealed_size()
    data = (folder / "entries.bin").read_bytes()
    assert FIRST.encode() in data
    assert b'"institution":"' + SECOND.encode() + b'","payload":{"receipt' not in data
    code, told = verified(folder, house)
    assert code == 0, told


def test_what_an_institutions_bundle_cannot_show_is_left_open(house: BundleHouse) -> None:
    folder, _ = house.bundle("part", institution=FIRST)
    report = house.audit(folder)
    open_ = {
        each.values.get("name") for each in report.remarks if each.code is Said.NEEDS_WHOLE_LOG
    }
    assert "fund-cap" in open_
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    unclaimed = {each["name"] for each in manifest["answers"] if each["needs_whole_log"]}
    assert unclaimed == open_ - {"fund-cap"}
    claimed = {each["name"] for each in manifest["answers"]} - unclaimed
    for name in ("view/deals", "view/receipts", "view/patents", "figure/D04"):
        assert name in claimed, (name, sorted(unclaimed))


def test_a_bundle_is_written_as_a_folder_or_a_zip(
    house: BundleHouse, zhiheng: Zhiheng, tmp_path: Path
) -> None:
    out = tmp_path / "carried.zip"
    code, _, told = zhiheng("bundle", out, "--proofs", "3")
    assert code == 0, told
    code, table, told = zhiheng("audit", out, "--key", house.key)
    assert code == 0, table + told
    assert "通过" in table
    code, text, _ = zhiheng("audit", out, "--key", house.key, "--format", "json", "--lang", "en")
    assert json.loads(text)["good"] is True
    assert zhiheng("bundle", out)[0] == 2
    assert zhiheng("bundle", tmp_path / "far", "--proofs", "999999")[0] == 1


def test_a_part_holds_of_shared_facts_and_files_what_its_bearer_may_read(
    house: BundleHouse,
) -> None:
    office = house.house.office
    internal = office.hire(Role.INTERNAL_AUDITOR, FIRST)
    for actor, note in ((house.house.auditor(), b"state"), (internal, b"internal")):
        given = {"data": {"institution": FIRST}, "files": {"file": ("a.txt", note)}}
        assert house.house.as_(actor).post("/v1/evidence/keep", **given).is_success
    house.seal()
    for actor, papers, shared in (
        ("", {b"state", b"internal"}, True),
        (internal, {b"internal"}, False),
    ):
        folder, own = house.bundle(f"part-{shared}", FIRST, evidence=True, actor=actor)
        assert own.is_good, own.findings
        report = house.audit(folder)
        assert report.is_good, report.findings
        code, told = verified(folder, house)
        assert code == 0, told
        assert {paper.read_bytes() for paper in (folder / "evidence").iterdir()} == papers
        assert (b"counterparty-registered.v1" in (folder / "entries.bin").read_bytes()) is shared
    head = office.hire(Role.CENTRE_HEAD, FIRST)
    with pytest.raises(Refusal) as caught:
        house.bundle("head", FIRST, actor=head)
    assert caught.value.code is Refused.ROLE_IS_MISSING


def test_documents_kept_as_evidence_are_carried_along_and_checked(house: BundleHouse) -> None:
    auditor = house.house.as_(house.house.auditor())
    given = {"institution": FIRST, "title": "回单"}
    kept = auditor.post("/v1/evidence/keep", data=given, files={"file": ("a.txt", b"paid")})
    assert kept.status_code == 201, kept.text
    house.seal()
    folder, own = house.bundle("papers", evidence=True)
    assert own.is_good, own.findings
    (paper,) = (folder / "evidence").iterdir()
    assert paper.read_bytes() == b"paid"
    paper.write_bytes(b"unpaid")
    report = house.audit(folder)
    assert [each.code for each in report.findings] == [Found.EVIDENCE_DIFFERS]


def test_a_document_that_the_store_lost_is_left_out_and_said_so(
    house: BundleHouse, zhiheng: Zhiheng, tmp_path: Path
) -> None:
    auditor = house.house.as_(house.house.auditor())
    file = {"file": ("a.txt", b"paid")}
    assert auditor.post("/v1/evidence/keep", data={"institution": FIRST}, files=file).is_success
    house.seal()
    (paper,) = house.house.office.home.settings.evidence_folder.glob("*/*")
    paper.unlink()
    code, _, told = zhiheng("bundle", tmp_path / "papers", "--evidence")
    assert (code, "1 份证据不在证据库中" in told) == (0, True), told


def test_a_log_cut_short_behind_its_checkpoint_is_bundled_with_the_finding(
    house: BundleHouse, zhiheng: Zhiheng, tmp_path: Path
) -> None:
    house.house.auditor()
    house.seal()
    last = house.sealed_size() - 1
    house.tamper(
        f"DELETE FROM ledger.subjects WHERE position = {last}",
        f"DELETE FROM ledger.facts WHERE position = {last}",
    )
    code, _, told = zhiheng("bundle", tmp_path / "short")
    assert code == 1, told
    assert f"位置 {last}" in told
    assert (tmp_path / "short" / "MANIFEST.json").exists()


def test_the_live_ledger_is_verified_the_same_way(house: BundleHouse, zhiheng: Zhiheng) -> None:
    code, table, told = zhiheng("verify", "--key", house.key)
    assert code == 0, table + told
    place = house.position_of("receipt-allocated.v1")
    house.tamper(f"UPDATE ledger.facts SET effective = effective + 1 WHERE position = {place}")
    code, text, _ = zhiheng("verify", "--format", "json")
    assert code == 1
    assert json.loads(text)["first_wrong_position"] == place
