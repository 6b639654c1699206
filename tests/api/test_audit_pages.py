"""Audit work in the browser: each role sees its part, samples are drawn, findings walk."""

import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import xlsxwriter
from docx import Document

from api.postgres import Logins
from ledger.actors import Role
from tests.api.figure_house import LICENSES, PATENTS, FigureHouse, open_figure_house
from tests.api.http_house import ORIGIN, Browser
from tests.api.office import FIRST, SECOND
from tests.api.test_http_pages import Outline

OWN = {"origin": ORIGIN, "accept": "text/html"}
DRAW = {
    "view": "receipts",
    "method": "monetary-unit",
    "institution": FIRST,
    "amount": "amount_fen",
    "confidence": "95",
    "tolerable_fen": "3000.00",
    "expected_fen": "0",
    "seed": "2022-07",
}
OTHER = PATENTS[SECOND].removeprefix("patent:")
LIST = f"专利号,合同备案号,备案日期\n{OTHER},2022310000002,2022-06-11\n"
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def auditor(house: FigureHouse) -> Browser:
    return house.signed_in(house.auditor())


def send(browser: Browser, path: str, form: dict[str, Any], **more: Any) -> httpx.Response:
    if path.startswith("/forms/"):
        return browser.confirmed(path, form)
    return browser.post(path, data=form, headers=OWN, **more)


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return unescape(found[1])


def raised(browser: Browser, **said: Any) -> str:
    """A finding against the first university, through its form; answers its id."""
    form = {
        "institution": FIRST,
        "title": "收款早于登记",
        "body": "首笔到款早于技术合同登记。",
        "severity": "major",
        "back": "/audit",
        **said,
    }
    answer = send(browser, "/forms/finding.raise", form)
    assert answer.status_code == 303, answer.text
    found = re.findall(r"/audit/findings/(finding:[-\w]+)", browser.page("/audit").text)
    return str(found[-1])


def drawn(browser: Browser, **said: str) -> str:
    """The path of a sample of the first university's receipts."""
    answer = send(browser, "/audit/samples", {**DRAW, **said})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_the_desk_is_for_auditors_and_its_findings_for_those_who_answer(
    house: FigureHouse, auditor: Browser
) -> None:
    assert 'href="/audit"' in auditor.page("/").text
    text = auditor.page("/audit").text
    for said in (
        "未关闭的审计发现",
        "先看这些",
        "倒签的事实",
        "zhiheng bundle OUT",
        "提出审计发现",
    ):
        assert said in text, said
    head = house.signed_in(house.office.hire(Role.CENTRE_HEAD, FIRST))
    own = head.page("/audit").text
    assert "未关闭的审计发现" in own
    assert "先看这些" not in own
    assert head.page("/audit/samples").status_code == 403
    clerk = house.signed_in(house.office.clerk)
    assert clerk.page("/audit").status_code == 403
    assert 'href="/audit"' not in clerk.page("/").text
    assert house.stranger().page("/audit").status_code == 401


@pytest.mark.parametrize("role", [Role.INTERNAL_AUDITOR, Role.CERTIFICATION_AUDITOR])
def test_auditors_of_one_institution_work_within_it(house: FigureHouse, role: Role) -> None:
    actor = house.office.hire(Role.CENTRE_HEAD, SECOND)
    house.office.grant(actor, role, FIRST, ends="2022-12-31")
    browser = house.signed_in(actor)
    text = browser.page("/audit").text
    assert f"zhiheng bundle OUT --institution {FIRST}" in text
    assert f'<option value="{FIRST}" selected>' in text
    assert SECOND not in text
    assert "1,000.00" not in browser.page(drawn(browser, tolerable_fen="300.00")).text
    refused = send(browser, "/audit/samples", {**DRAW, "institution": SECOND})
    assert refused.status_code == 403


@pytest.mark.parametrize("role", [Role.FINANCE_APPROVER, Role.SCHOOL_LEADER])
def test_those_who_answer_find_the_form_on_the_finding(house: FigureHouse, role: Role) -> None:
    finding = raised(house.signed_in(house.auditor()))
    answerer = house.signed_in(house.office.hire(role, FIRST))
    assert finding in answerer.page("/audit").text
    text = answerer.page(f"/audit/findings/{finding}").text
    assert 'action="/forms/finding.answer"' in text
    assert 'action="/forms/finding.close"' not in text
    assert "/audit/papers" not in text


def test_first_look_counts_are_the_rows_of_their_views(
    house: FigureHouse, auditor: Browser
) -> None:
    text = auditor.page("/audit").text
    counts = re.findall(r'href="/views/([a-z-]+)">[^<]+</a> <strong>(\d+)</strong>', text)
    assert len(counts) == 7
    program = house.as_(house.auditor())
    for view, count in counts:
        assert len(program.get(f"/v1/views/{view}").json()["rows"]) == int(count), view


def test_a_sample_is_drawn_by_hand_and_drawn_again_the_same(auditor: Browser) -> None:
    first = auditor.page("/audit/samples").text
    assert "每层至少一行" in first
    asked = auditor.page("/audit/samples?view=receipts&method=monetary-unit").text
    assert "可靠系数" in asked
    names = {field["name"] for field in Outline(asked).all("input")}
    assert {"seed", "tolerable_fen", "expected_fen"} <= names
    assert "size" not in names
    path = drawn(auditor)
    page = auditor.page(path).text
    assert "货币单元抽样 · 到款台账" in page
    assert "抽样间隔（元）</dt><dd>1,000.00" in page
    assert "123,456.05" in page
    assert "/history/receipt%3A" in page or "/history/receipt:" in page
    assert "重抽一致：1 行，1 项" in auditor.page(f"{path}?again=true").text
    for href in re.findall(r'href="(/v1/views/sample-items[^"]+)"', page):
        assert auditor.get(unescape(href)).status_code == 200
    assert path in auditor.page("/audit").text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"tolerable_fen": "很多"}, "“可容忍错报”不是可记的金额：请以元填写"),
        ({"seed": ""}, "“随机种子”必须填写"),
        ({"tolerable_fen": "0.01"}, "可容忍"),
        ({"institution": SECOND, "filter.institution": FIRST}, "institution"),
    ],
)
def test_what_is_wrong_with_a_draw_is_said_above_the_form(
    auditor: Browser, said: dict[str, str], words: str
) -> None:
    answer = send(auditor, "/audit/samples", {**DRAW, **said})
    assert 400 <= answer.status_code < 500
    problem = answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert words in problem
    assert 'value="2022-07"' in answer.text or said.get("seed") == ""


def test_errors_are_projected_from_the_uploaded_items(auditor: Browser) -> None:
    path = drawn(auditor)
    sample = path.rpartition("/")[2]
    items = auditor.get(f"/v1/views/sample-items?sample={sample}&format=csv").content
    text = items.decode("utf-8-sig")
    bad = send(
        auditor,
        f"{path}/projection",
        {"estimator": "tainting"},
        files={"file": ("items.csv", text.encode())},
    )
    assert bad.status_code == 422
    assert "审定金额" in bad.text.partition('role="alert"')[2].partition("</div>")[0]
    filled = re.sub(r"123456\.05,,", "123456.05,103456.05,", text)
    done = send(
        auditor,
        f"{path}/projection",
        {"estimator": "tainting"},
        files={"file": ("items.csv", filled.encode())},
    )
    assert done.status_code == 303, done.text
    page = auditor.page(done.headers["location"]).text
    assert "推断错报（元）</dt><dd>20,000.00" in page
    assert "超过可容忍错报。" in page
    assert "103,456.05" in page
    alien = send(auditor, f"{path}/projection", {}, files={"file": ("a.csv", b"a,b\n1,2\n")})
    assert "缺少必需的列" in alien.text


def test_a_workbook_with_audited_values_is_read_too(auditor: Browser) -> None:
    path = drawn(auditor)
    sample = path.rpartition("/")[2]
    (item,) = auditor.get(f"/v1/views/sample-items?sample={sample}").json()["rows"]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(2, 0, ["总体中的键", "审定金额（元）"])
    sheet.write_row(3, 0, [item["key"], 123_456.05])
    book.close()
    file = {"file": ("items.xlsx", buffer.getvalue())}
    done = send(auditor, f"{path}/projection", {"estimator": "tainting"}, files=file)
    assert done.status_code == 303, done.text
    assert "未超过可容忍错报" in auditor.page(done.headers["location"]).text


def test_a_finding_walks_from_raised_to_closed_by_the_forms_on_its_page(
    house: FigureHouse, auditor: Browser
) -> None:
    granted = auditor.get(f"/v1/history/{LICENSES[FIRST]}").json()["facts"][0]["position"]
    finding = raised(auditor, about=LICENSES[FIRST], positions=str(granted))
    path = f"/audit/findings/{finding}"
    page = auditor.page(path).text
    assert "还剩 90 天" in page
    assert "许可签订" in page
    assert f"#p{granted}" in page
    assert 'action="/forms/finding.answer"' not in page
    head = house.signed_in(house.office.hire(Role.CENTRE_HEAD, FIRST))
    steps = (
        (head, "finding.answer", {"body": "已补登记"}),
        (auditor, "finding.verify", {"body": "已看凭证", "outcome": "mended"}),
        (auditor, "finding.close", {"body": "整改完成", "outcome": "mended"}),
    )
    for who, name, said in steps:
        seen = who.page(path).text
        assert f'action="/forms/{name}"' in seen, name
        form = {**said, "finding": finding, "institution": FIRST, "back": path}
        done = send(who, f"/forms/{name}", form)
        assert done.status_code == 303, done.text
        assert str(done.headers["location"]).startswith(f"{path}?recorded=")
    closed = auditor.page(path).text
    assert "已关闭" in closed
    assert "此刻没有需要您办理的手续" in closed
    for words in ("已补登记", "已看凭证", "整改完成"):
        assert words in closed
    assert finding not in auditor.page("/audit").text


def test_overdue_findings_are_marked_on_the_desk(auditor: Browser) -> None:
    finding = raised(auditor, on="2022-01-04", due="2022-04-04")
    text = auditor.page("/audit").text
    assert "有 1 项超过整改期限" in text
    assert '<tr class="overdue">' in text
    assert "已逾期 102 天" in auditor.page(f"/audit/findings/{finding}").text


def test_nobody_opens_the_finding_or_sample_of_another_institution(
    house: FigureHouse, auditor: Browser
) -> None:
    finding, sample = raised(auditor), drawn(auditor)
    for role in (Role.INTERNAL_AUDITOR, Role.CENTRE_HEAD):
        other = house.signed_in(house.office.hire(role, SECOND))
        assert other.page(f"/audit/findings/{finding}").status_code == 404
        assert other.page(sample).status_code == 404
        assert finding not in other.page("/audit").text
    stranger = house.signed_in(house.office.hire(Role.INTERNAL_AUDITOR, SECOND))
    form = {"about": finding, "kind": "evidence-form", "institution": SECOND}
    assert send(stranger, "/audit/papers", form).status_code == 404
    assert auditor.page("/audit/findings/finding:x").status_code == 404
    assert auditor.page("/audit/samples/license:x").status_code == 404


def test_what_people_write_is_text_on_every_page(house: FigureHouse, auditor: Browser) -> None:
    evil = "<script>alert(1)</script>"
    finding = raised(auditor, title=evil, body=evil)
    sample = drawn(auditor, seed=evil)
    send(auditor, "/audit/evidence", {"title": evil, "institution": FIRST}, files={"file": b"x"})
    for path in ("/audit", f"/audit/findings/{finding}", sample, "/audit/evidence"):
        text = auditor.page(path).text
        assert "<script>alert" not in text, path
        assert "&lt;script&gt;alert" in text, path


@pytest.mark.parametrize(
    ("kind", "words"), [("evidence-form", "审计取证单"), ("working-paper", "审计工作底稿")]
)
def test_a_paper_about_a_finding_comes_as_a_file_and_stays_on_record(
    auditor: Browser, kind: str, words: str
) -> None:
    finding = raised(auditor)
    path = f"/audit/findings/{finding}"
    key = hidden(auditor.page(path).text, "command_key")
    form = {"about": finding, "kind": kind, "institution": FIRST, "command_key": key}
    made = send(auditor, "/audit/papers", form)
    assert made.status_code == 200, made.text
    assert f'filename="{kind}.docx"' in made.headers["content-disposition"]
    assert words in "\n".join(each.text for each in Document(io.BytesIO(made.content)).paragraphs)
    links = re.findall(r'href="(/v1/evidence/\w+)"', auditor.page(path).text)
    assert len(links) == 1
    kept = auditor.get(links[0])
    assert kept.content == made.content
    assert kept.headers["content-disposition"].endswith('.docx"')
    assert words in auditor.page("/audit").text


def test_a_working_paper_of_a_sample_lists_its_items(auditor: Browser) -> None:
    sample = drawn(auditor).rpartition("/")[2]
    form = {"about": sample, "kind": "working-paper", "institution": FIRST}
    made = send(auditor, "/audit/papers", form)
    assert made.status_code == 200, made.text
    tables = Document(io.BytesIO(made.content)).tables
    assert "必选" in {cell.text for table in tables for row in table.rows for cell in row.cells}


def test_a_list_is_compared_downloaded_and_recorded(house: FigureHouse, auditor: Browser) -> None:
    form = {"kind": "license-recordals", "institution": FIRST}
    file = {"file": ("<许可>.csv", LIST.encode())}
    before = house.head()
    seen = send(auditor, "/audit/completeness", form, files=file)
    assert seen.status_code == 200, seen.text
    assert "比对结果：&lt;许可&gt;.csv" in seen.text
    assert "台账无此交易" in seen.text
    assert house.head() == before
    for outcome in ("csv", "xlsx"):
        sheet = send(auditor, "/audit/completeness", {**form, "outcome": outcome}, files=file)
        assert sheet.headers["content-disposition"].startswith("attachment")
    record = {**form, "outcome": "record", "sha256": hidden(seen.text, "sha256")}
    other = {"file": ("b.csv", f"{LIST}\n".encode())}
    assert "没有写入" in send(auditor, "/audit/completeness", record, files=other).text
    assert house.head() == before
    done = send(auditor, "/audit/completeness", record, files=file)
    assert done.status_code == 303, done.text
    assert "&lt;许可&gt;.csv" in auditor.page(done.headers["location"]).text


def test_unknown_columns_are_mapped_by_hand(auditor: Browser) -> None:
    form = {"kind": "license-recordals", "institution": FIRST}
    file = {"file": ("a.csv", LIST.replace("专利号", "甲栏").encode())}
    asked = send(auditor, "/audit/completeness", form, files=file)
    assert asked.status_code == 422
    assert '<option value="甲栏=patent">' in asked.text
    seen = send(auditor, "/audit/completeness", {**form, "map": "甲栏=patent"}, files=file)
    assert "台账无此交易" in seen.text
    assert hidden(seen.text, "map") == "甲栏=patent"


def test_offices_keep_documents_and_others_see_no_form(house: FigureHouse) -> None:
    clerk = house.signed_in(house.office.clerk)
    done = send(clerk, "/audit/evidence", {"title": "回单"}, files={"file": ("a.txt", b"slip")})
    assert done.status_code == 303, done.text
    text = clerk.page(done.headers["location"]).text
    assert "回单" in text
    twice = send(clerk, "/audit/evidence", {}, files={"file": ("a.txt", b"slip")})
    assert twice.status_code == 409
    assert 'role="alert"' in twice.text
    about = send(clerk, "/audit/evidence", {"about": "nonsense"}, files={"file": b"other"})
    assert 'role="alert"' in about.text
    envoy = house.signed_in(house.office.hire(Role.ENVOY, FIRST))
    assert envoy.page("/audit/evidence").status_code == 403
    refused = send(envoy, "/audit/evidence", {}, files={"file": b"x"})
    assert refused.status_code == 403


def test_the_pages_are_english_after_the_switch(auditor: Browser) -> None:
    finding, sample = raised(auditor, title="Early money", body="Early."), drawn(auditor)
    names = {"示例大学", "示例市局"}
    paths = (
        "/audit",
        "/audit/samples",
        "/audit/samples?view=receipts&method=stratified",
        sample,
        f"/audit/findings/{finding}",
        "/audit/completeness",
        "/audit/evidence",
    )
    for path in paths:
        sign = "&" if "?" in path else "?"
        assert auditor.page(f"{path}{sign}lang=en").status_code == 303
        text = re.sub(r"<a [^>]*lang=zh.*?</a>", "", auditor.page(path).text)
        for name in names:
            text = text.replace(name, "")
        assert not HAN.search(text), (path, HAN.findall(text))


def test_every_field_has_a_label_and_every_page_a_heading(auditor: Browser) -> None:
    finding, sample = raised(auditor), drawn(auditor)
    for path in (
        "/audit",
        "/audit/samples?view=receipts&method=top",
        sample,
        f"/audit/findings/{finding}",
        "/audit/completeness",
        "/audit/evidence",
    ):
        text = auditor.page(path).text
        assert text.count("<h1>") == 1
        parts = re.findall(r"<label.*?</label>", text, re.DOTALL)
        for tag in ("input", "select", "textarea"):
            labelled = sum(len(Outline(part).all(tag)) for part in parts)
            fields = [each for each in Outline(text).all(tag) if each.get("type") != "hidden"]
            assert labelled == len(fields), (path, tag)
