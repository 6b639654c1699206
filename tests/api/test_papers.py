"""Papers for signature: made from the ledger, the same bytes each time, kept as evidence."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from docx import Document

from api.papers.contents import Contents, Section
from api.papers.docx import as_docx
from api.postgres import Logins
from ledger.actors import Role
from tests.api.figure_house import LICENSES, FigureHouse, open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST, SECOND


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


def raised(http: Browser, house: FigureHouse) -> str:
    """A finding about the first university's license, resting on the fact that granted it."""
    granted = http.get(f"/v1/history/{LICENSES[FIRST]}").json()["facts"][0]["position"]
    body = {
        "institution": FIRST,
        "title": "收款早于合同登记",
        "body": "首笔到款早于技术合同登记。",
        "severity": "major",
        "about": [LICENSES[FIRST]],
        "positions": [granted],
    }
    answer = http.post("/v1/findings/raise", json=body)
    assert answer.status_code == 201, answer.text
    finding: str = answer.json()["facts"][0]["subjects"][0]["subject"]
    return finding


def asked(http: Browser, finding: str, **options: Any) -> httpx.Response:
    """Ask for an evidence form about a finding."""
    body = {"kind": "evidence-form", "about": [finding], "institution": FIRST, **options}
    return http.post("/v1/papers/make", json=body)


def words(data: bytes) -> str:
    """Everything a reader of the paper sees."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([each.text for each in document.paragraphs] + cells)


def test_words_that_xml_cannot_hold_are_left_out() -> None:
    section = Section("甲\x00\ufffe乙", "丙\uffff")
    paper = Contents("标题", (), (section,), ("编制人",))
    told = words(as_docx(paper, datetime(2022, 7, 15, tzinfo=UTC), "zh"))
    assert "甲乙" in told
    assert "丙\n" in told


def test_an_evidence_form_says_what_was_found_and_has_lines_to_sign(house: FigureHouse) -> None:
    http = house.as_(house.auditor())
    finding = raised(http, house)
    made = asked(http, finding)
    assert made.status_code == 201, made.text
    document = made.json()["document"].removeprefix("evidence:")
    kept = http.get(f"/v1/evidence/{document}")
    assert kept.headers["content-type"].endswith("wordprocessingml.document")
    text = words(kept.content)
    for said in (
        "审计取证单",
        "收款早于合同登记",
        "许可签订",
        "提供单位意见",
        "取证人",
        "示例大学",
    ):
        assert said in text, said


def test_the_same_paper_has_the_same_bytes_and_a_repeated_request_writes_nothing(
    house: FigureHouse,
) -> None:
    http = house.as_(house.auditor())
    finding = raised(http, house)
    known = house.head()
    first = asked(http, finding, known_at=known).json()["document"]
    size = house.head()
    assert asked(http, finding, known_at=known).json()["document"] == first
    assert house.head() == size + 1  # a second paper on record, no second document


def test_a_paper_in_english_and_one_about_a_later_moment_are_other_papers(
    house: FigureHouse,
) -> None:
    http = house.as_(house.auditor())
    finding = raised(http, house)
    known = house.head()
    documents = {
        asked(http, finding, **options).json()["document"]
        for options in ({"known_at": known}, {"known_at": known, "language": "en"}, {})
    }
    assert len(documents) == 3


def test_nobody_makes_a_paper_of_what_they_may_not_read(house: FigureHouse) -> None:
    finding = raised(house.as_(house.auditor()), house)
    other = house.office.hire(Role.INTERNAL_AUDITOR, SECOND)
    answer = asked(house.as_(other), finding, institution=SECOND)
    assert (answer.status_code, answer.json()["code"]) == (404, "subject_is_unknown")


def test_a_paper_is_about_findings_and_samples_alone(house: FigureHouse) -> None:
    answer = asked(house.as_(house.auditor()), LICENSES[FIRST])
    assert (answer.status_code, answer.json()["code"]) == (404, "subject_is_unknown")
    answer = asked(house.as_(house.auditor()), "finding", kind="poem")
    assert answer.json()["code"] == "command_is_malformed"
