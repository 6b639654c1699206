"""Clauses at the terminal: tables, files, exit codes, and the OSCAL document."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.postgres import Logins
from compliance.clause import CAVEAT
from ledger.actors import Role
from tests.api.figure_house import PATENTS, FigureHouse, open_figure_house
from tests.api.office import FIRST
from tests.api.terminal import Zhiheng, terminal

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TOKEN = re.compile(r"[^\W\d][\w.\-]*")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
REQUIRED = {
    "assessment-results": {"uuid", "metadata", "import-ap", "results"},
    "metadata": {"title", "last-modified", "version", "oscal-version"},
    "import-ap": {"href"},
    "results": {"uuid", "title", "description", "start", "reviewed-controls"},
    "reviewed-controls": {"control-selections"},
    "include-controls": {"control-id"},
    "exclude-controls": {"control-id"},
    "observations": {"uuid", "description", "methods", "collected"},
    "relevant-evidence": {"description"},
    "findings": {"uuid", "title", "description", "target"},
    "target": {"type", "target-id", "status"},
    "status": {"state"},
    "related-observations": {"observation-uuid"},
    "resources": {"uuid"},
    "citation": {"text"},
    "props": {"name", "value"},
}
"""What OSCAL 1.1 requires of each object, by the name under which it stands."""


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def zhiheng(
    house: FigureHouse,
    ledger: Logins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: Any,
) -> Zhiheng:
    return terminal(house, ledger, tmp_path, monkeypatch, capsysbinary)


def objects(value: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a document with the name under which it stands."""
    if isinstance(value, dict):
        yield name, value
        for key, part in value.items():
            yield from objects(part, key)
    elif isinstance(value, list):
        assert value, f"{name}: OSCAL takes no empty list"
        for part in value:
            yield from objects(part, name)


def test_a_catalogue_is_told_as_a_table_and_a_finding_ends_with_one(zhiheng: Zhiheng) -> None:
    code, out, err = zhiheng("comply", "gbt33251-2016", "--institution", FIRST)
    assert code == 1
    assert "8.3-a" in out
    assert "没有证据" in out
    assert CAVEAT.zh in err
    code, out, _ = zhiheng("comply", "statutes", "--institution", FIRST, "--format", "json")
    assert {row["institution"] for row in json.loads(out)["rows"]} == {FIRST}
    code, _, err = zhiheng("comply", "iso")
    assert code == 1
    assert "catalogue_is_unknown" in err


def test_the_oscal_document_has_what_oscal_requires_and_claims_nothing(
    house: FigureHouse, zhiheng: Zhiheng, tmp_path: Path
) -> None:
    _exempt(house, "8.4-a")
    staff = house.office.hire(Role.CENTRE_STAFF, FIRST)
    grade = {"patent": PATENTS[FIRST], "grade": "A", "aspects": ["legal"]}
    house.office.do("patent.grade", grade, staff)
    file = tmp_path / "out.json"
    zhiheng("comply", "gbt33251-2016", "--institution", FIRST, "--oscal", file)
    document = json.loads(file.read_bytes())
    for name, found in objects(document):
        assert REQUIRED.get(name, set()) <= set(found), (name, found)
        for key in {"uuid", "observation-uuid"} & set(found):
            assert UUID.fullmatch(found[key])
        for key in {"control-id", "target-id", "type"} & set(found):
            assert TOKEN.fullmatch(found[key])
        for key in {"start", "end", "collected", "last-modified"} & set(found):
            assert TIME.fullmatch(found[key])
    (result,) = document["assessment-results"]["results"]
    (selection,) = result["reviewed-controls"]["control-selections"]
    assert selection["exclude-controls"] == [{"control-id": "gbt33251-2016_8.4-a"}]
    states = {each["target"]["target-id"]: each["target"]["status"] for each in result["findings"]}
    assert states["gbt33251-2016_8.1-a"]["state"] == "satisfied"
    assert states["gbt33251-2016_8.3-a"]["state"] == "not-satisfied"
    assert {each["control-id"] for each in selection["include-controls"]} == set(states)
    known = {each["uuid"] for each in result["observations"]}
    assert len(known) == len(result["observations"])
    related = {
        each["observation-uuid"]
        for finding in result["findings"]
        for each in finding.get("related-observations", ())
    }
    assert related <= known
    assert CAVEAT.en in document["assessment-results"]["metadata"]["remarks"]
    zhiheng("comply", "gbt33251-2016", "--institution", FIRST, "--oscal", tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == file.read_bytes()


def _exempt(house: FigureHouse, clause: str) -> None:
    staff, head = (house.office.hire(role, FIRST) for role in (Role.CENTRE_STAFF, Role.CENTRE_HEAD))
    said = {"kind": "not-applicable", "catalogue": "gbt33251-2016", "clause": clause}
    words = {"title": "本校无此情形", "body": "无作价投资"}
    decided = house.office.do("decision.record", said | words, staff)
    decision = decided.written[0].subjects[0].subject
    house.office.do("decision.approve", {"decision": decision}, head)


def test_the_oscal_document_is_about_one_institution(zhiheng: Zhiheng, tmp_path: Path) -> None:
    code, out, err = zhiheng("comply", "gbt33251-2016", "--oscal", tmp_path / "out.json")
    assert code == 1
    assert "parameter_is_missing" in err
    assert out == ""
