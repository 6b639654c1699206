"""The audit of bundles that are not what they ought to be: each fault has a name of its own."""

import dataclasses
import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.audit.findings import Found, Report, Said, Step
from api.audit.shown import as_json, as_table
from api.audit.words import FOUND, SAID, STEPS
from api.bundles.faults import WORDS, BundleFault, Malformed
from api.bundles.read import open_bundle
from api.cli_bundle import pack
from api.days import Days
from api.postgres import Logins
from ledger.checkpoints import Checkpoint
from ledger.merkle import Head, leaf_hash
from ledger.notes import Note, Signer
from ledger.proofs import proof_text
from ledger.writers import Scribe
from tests.api.bundle_house import BundleHouse, open_bundle_house
from tests.api.office import FIRST, TODAY
from tests.api.test_bundle import verified

OTHER = Signer.of_seed("another.example/log", bytes(32))


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[BundleHouse]:
    with open_bundle_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def folder(house: BundleHouse) -> Path:
    """A bundle with a proof that nobody touched yet."""
    path, report = house.bundle("bundle", proofs=(3,))
    assert report.is_good
    return path


def codes(report: Report) -> set[Found]:
    return {each.code for each in report.findings}


def refused(code: Malformed, path: Path, bytes_max: int = 10**9) -> None:
    """Nothing is said of what is no bundle, but why in two languages."""
    with pytest.raises(BundleFault) as caught, open_bundle(path, bytes_max):
        pass
    assert caught.value.code is code, caught.value
    assert all(caught.value.told())


def test_files_and_keys_that_do_not_belong_are_found(house: BundleHouse, folder: Path) -> None:
    other = dataclasses.replace(house.key, public=OTHER.verifier.public)
    assert Found.CHECKPOINT_IS_NOT_SIGNED in codes(house.audit(folder, key=other))
    assert Found.CHECKPOINT_IS_OF_ANOTHER_LOG in codes(house.audit(folder, key=OTHER.verifier))
    (folder / "invoice.exe").write_bytes(b"MZ")
    (folder / "evidence").mkdir()
    (folder / "evidence" / ("0" * 64)).write_bytes(b"other bytes")
    found = codes(house.audit(folder))
    assert found == {Found.FILE_IS_FOREIGN, Found.EVIDENCE_DIFFERS}


def test_a_proof_for_another_log_is_told_from_one_that_does_not_hold(
    house: BundleHouse, folder: Path
) -> None:
    proof = folder / "proofs" / "3.tlog-proof"
    data = proof.read_bytes()
    foreign = Checkpoint(OTHER.name, Head(1, leaf_hash(b"x"))).text
    note = bytes(Note(foreign, (OTHER.sign(foreign),)))
    proof.write_bytes(proof_text(0, (), note))
    assert codes(house.audit(folder)) == {Found.PROOF_IS_OF_ANOTHER_LOG}
    proof.write_bytes(data.replace(b"index 3\n", b"index 4\n"))
    assert codes(house.audit(folder)) == {Found.PROOF_DOES_NOT_HOLD}
    proof.write_bytes(data[:90])
    assert codes(house.audit(folder)) == {Found.PROOF_DOES_NOT_HOLD}


def test_a_bundle_cut_short_names_the_first_position_that_is_gone(
    house: BundleHouse, folder: Path
) -> None:
    (bundle,) = (folder / "log" / "tile" / "entries").rglob("[0-9]*[0-9]")
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[: len(whole) // 2])
    report = house.audit(folder)
    assert report.first_wrong is not None
    assert Found.TILE_IS_MALFORMED in codes(report)
    assert verified(folder, house)[1]["first_wrong_position"] == report.first_wrong
    bundle.unlink()
    assert house.audit(folder).first_wrong == 0


def test_an_institutions_part_cut_short_is_found(house: BundleHouse) -> None:
    path, _ = house.bundle("part", institution=FIRST)
    data = (path / "entries.bin").read_bytes()
    (path / "entries.bin").write_bytes(data[:-5])
    assert Found.LOG_IS_CUT_SHORT in codes(house.audit(path))


def test_numbers_in_the_manifest_that_the_facts_do_not_give_are_found(
    house: BundleHouse, folder: Path
) -> None:
    manifest = folder / "MANIFEST.json"
    told = json.loads(manifest.read_bytes())
    deals = next(each for each in told["answers"] if each["name"] == "view/deals")
    deals["sha256"] = "0" * 64
    manifest.write_text(json.dumps(told))
    (finding,) = house.audit(folder).findings
    assert (finding.code, finding.values["name"]) == (Found.ANSWER_DIFFERS, "view/deals")
    deals["version"] += 1
    manifest.write_text(json.dumps(told))
    report = house.audit(folder)
    assert report.is_good
    assert (Step.READINGS, Said.OTHER_VERSION) in [each[:2] for each in report.remarks]


def test_what_is_no_bundle_is_refused_with_a_code_of_its_own(folder: Path, tmp_path: Path) -> None:
    refused(Malformed.NOT_A_BUNDLE, tmp_path / "nothing")
    refused(Malformed.NOT_A_BUNDLE, tmp_path / "home")
    manifest = folder / "MANIFEST.json"
    text = manifest.read_text()
    manifest.write_text(text.replace('"format": 1', '"format": 2'))
    refused(Malformed.FORMAT_IS_NEWER, folder)
    manifest.write_text(text[: len(text) // 2])
    refused(Malformed.MANIFEST_IS_MALFORMED, folder)
    manifest.write_text(text)
    (folder / "log" / "checkpoint.sm").symlink_to("/etc/hostname")
    refused(Malformed.FILE_IS_A_LINK, folder)


def test_a_hostile_zip_is_never_unpacked(folder: Path, tmp_path: Path) -> None:
    def with_more(add: Callable[[zipfile.ZipFile], None]) -> Path:
        path = tmp_path / "hostile.zip"
        path.unlink(missing_ok=True)
        pack(folder, path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
            add(packed)
        return path

    for name in ("../outside", "/etc/outside", "a/../../outside", "C:\\outside"):
        refused(Malformed.PATH_CLIMBS_OUT, with_more(lambda z, n=name: z.writestr(n, b"x")))  # type: ignore[misc]
    link = zipfile.ZipInfo("log/checkpoint.sm")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(Malformed.FILE_IS_A_LINK, with_more(lambda z: z.writestr(link, b"/etc/hostname")))
    bomb = with_more(lambda z: z.writestr("README.md", bytes(50_000_000)))
    refused(Malformed.UNPACKS_TOO_LARGE, bomb)
    plain = with_more(lambda z: None)
    refused(Malformed.UNPACKS_TOO_LARGE, plain, bytes_max=1_000)
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = with_more(lambda z: z.writestr("MANIFEST.json", b"{}"))
    refused(Malformed.FILE_STANDS_TWICE, twice)
    plain = with_more(lambda z: None)
    plain.write_bytes(plain.read_bytes()[:-300])
    refused(Malformed.BUNDLE_IS_CUT_SHORT, plain)
    assert not (tmp_path / "outside").exists()


def test_heads_make_an_omission_show_in_an_institutions_part(house: BundleHouse) -> None:
    """Without daily heads nothing is claimed complete; with them a fact left out is found."""
    office, auditor = house.house.office, house.house.auditor()
    assert not house.audit(house.bundle("before", institution=FIRST)[0]).complete
    tomorrow = TODAY + timedelta(days=1)
    with Scribe(office.home.service_url, lambda: tomorrow) as scribe:
        Days(office.connection, scribe).close(tomorrow)
    house.seal()
    whole, own = house.bundle("whole", actor=auditor)
    assert own.is_good, own.findings
    assert {FIRST, "log:main"} < set(own.complete)
    assert verified(whole, house)[0] == 0
    path, own = house.bundle("after", institution=FIRST, actor=auditor)
    assert own.is_good, own.findings
    assert set(own.complete) == {FIRST}
    assert verified(path, house)[0] == 0
    leave_out(path / "entries.bin", b'"type":"annuity-due.v1"', b'"type":"patent-granted.v1"')
    report = house.audit(path)
    assert Found.HEADS_DIFFER in codes(report)
    assert not report.complete
    assert verified(path, house)[0] == 1


def leave_out(file: Path, *marks: bytes) -> None:
    """Take the first entry that holds one of these marks out of an institution's part."""
    data, at = file.read_bytes(), 0
    while at < len(data):
        end = at + 10 + int.from_bytes(data[at + 8 : at + 10], "big")
        if any(mark in data[at:end] for mark in marks):
            file.write_bytes(data[:at] + data[end:])
            return
        at = end
    raise AssertionError("nothing to leave out")


def test_every_code_has_words_in_both_languages() -> None:
    assert set(FOUND) == set(Found)
    assert set(SAID) == set(Said)
    assert set(STEPS) == set(Step)
    assert set(WORDS) == set(Malformed)


def test_a_report_tells_the_first_wrong_position_in_both_languages(
    house: BundleHouse, folder: Path
) -> None:
    shutil.rmtree(folder / "log" / "tile" / "0")
    report = house.audit(folder)
    assert "散列树" in as_table(report, "zh")
    assert "hash tree" in as_table(report, "en")
    assert json.loads(as_json(report))["good"] is False
