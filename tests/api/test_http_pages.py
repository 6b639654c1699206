"""The pages: in Chinese unless switched, nothing from elsewhere, honest about the moment."""

import re
import uuid
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from api.postgres import Logins
from ledger.actors import Role
from tests.api.http_house import ORIGIN, Browser, House, open_house
from tests.api.office import FIRST, bank_file

FILE = bank_file(
    [
        ("2022-06-28", 1_234_567_89, "<b>甲公司</b>", "专利许可费"),
        ("2022-06-29", -5_000, "丙公司", "手续费"),
    ]
)
OWN = {"origin": ORIGIN, "accept": "text/html"}


class Outline(HTMLParser):
    """Tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[House]:
    with open_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def clerk(house: House) -> Browser:
    return house.signed_in(house.office.clerk)


@pytest.mark.parametrize(("command", "shown"), [("license.grant", "0"), ("license.amend", None)])
def test_fees_that_most_licenses_lack_are_zero_in_the_form_of_a_new_one_alone(
    house: House, command: str, shown: str | None
) -> None:
    officer = house.signed_in(house.office.hire(Role.CENTRE_STAFF, FIRST))
    fields = Outline(officer.page(f"/forms/{command}").text).all("input")
    found = {field.get("name"): field.get("value") or None for field in fields}
    for name in ("entry_fee_fen", "minimum_royalty_fen"):
        assert found[f"terms.{name}"] == shown
    assert found["terms.fixed_fee_fen"] is None


def imported(browser: Browser, **form: str) -> str:
    answer = browser.post("/desk/import", files={"file": ("a.csv", FILE)}, data=form, headers=OWN)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_stranger_is_told_how_to_come_in(house: House) -> None:
    page = house.stranger().page("/")
    assert page.status_code == 200
    assert "登录链接" in page.text
    assert house.stranger().page("/views/deals").status_code == 401
    assert "<h1>" in house.stranger().page("/views/deals").text


def test_the_first_page_lists_what_this_person_may_read(house: House, clerk: Browser) -> None:
    page = clerk.page("/").text
    assert "到款台" in page
    assert "/views/receipts" in page
    assert "/views/history" not in page
    administrator = house.signed_in(house.office.administrator).page("/").text
    assert "/views/" not in administrator
    assert "没有可查阅的报表" in administrator


def test_the_switch_turns_every_page_english_and_back(clerk: Browser) -> None:
    menus = {"accept-language": "en-US,en;q=0.9"}
    assert '<html lang="zh-CN">' in clerk.page("/", headers=menus).text
    switched = clerk.page("/views/receipts?as_of=2022-07-15&lang=en")
    assert switched.status_code == 303
    assert switched.headers["location"] == "/views/receipts?as_of=2022-07-15"
    english = clerk.page("/views/receipts")
    assert '<html lang="en">' in english.text
    visible = re.sub(r"<a href=\"[^\"]*lang=zh.*?</a>", "", english.text)
    assert not re.search(r"[\u4e00-\u9fff]", visible)
    assert clerk.page("/?lang=zh").status_code == 303
    assert '<html lang="zh-CN">' in clerk.page("/").text


def test_no_page_needs_anything_from_elsewhere_or_runs_inline_script(
    house: House, clerk: Browser
) -> None:
    paths = ("/", "/views/receipts", f"/history/{house.office.account}", "/desk", "/docs", "/no")
    for path in paths:
        page = clerk.page(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        outline = Outline(page.text)
        for _, attributes in outline.tags:
            assert not {name for name in attributes if name.startswith("on") or name == "style"}
            for link in (attributes.get("href"), attributes.get("src"), attributes.get("action")):
                assert link is None or link.startswith(("/", "#", "data:,"))
                assert link is None or not link.startswith("//")
        for script in outline.all("script"):
            answer = clerk.get(str(script["src"]))
            assert answer.status_code == 200
            assert "javascript" in answer.headers["content-type"]
        assert clerk.get("/static/console.css").status_code == 200


def test_every_field_has_a_label_and_every_page_a_heading(clerk: Browser) -> None:
    for path in ("/", "/views/receipts", "/desk", "/docs"):
        text = clerk.page(path).text
        assert text.count("<h1>") == 1
        labelled = sum(
            len(Outline(part).all("input"))
            for part in re.findall(r"<label.*?</label>", text, re.DOTALL)
        )
        fields = [f for f in Outline(text).all("input") if f.get("type") != "hidden"]
        assert labelled == len(fields)


def test_a_bank_file_is_previewed_then_imported_by_hand(house: House, clerk: Browser) -> None:
    preview = imported(clerk, institution=FIRST)
    assert house.office.count("vault.bank_lines") == 0
    assert "可接收 2 行" in preview
    assert "1,234,567.89" in preview
    assert "&lt;b&gt;甲公司&lt;/b&gt;" in preview
    digest = next(
        str(field["value"]) for field in Outline(preview).all("input") if field["name"] == "sha256"
    )
    wrong = imported(clerk, institution=FIRST, sha256="0" * 64)
    assert "没有写入" in wrong
    assert house.office.count("vault.bank_lines") == 0
    desk = imported(clerk, institution=FIRST, sha256=digest)
    assert "已导入 2 行" in desk
    assert house.office.count("vault.bank_lines") == 2
    assert "1,234,567.89" in desk


def test_those_outside_finance_see_amounts_and_no_names(house: House, clerk: Browser) -> None:
    digest = re.search(r'name="sha256" value="(\w+)"', imported(clerk, institution=FIRST))
    assert digest is not None
    imported(clerk, institution=FIRST, sha256=digest[1])
    staff = house.signed_in(house.office.hire(Role.CENTRE_STAFF, FIRST))
    page = staff.page("/desk").text
    assert "1,234,567.89" in page
    assert "甲公司" not in page
    assert 'type="file"' not in page


def test_a_view_page_shows_its_moment_its_rows_and_its_downloads(
    house: House, clerk: Browser
) -> None:
    program = house.as_(house.office.clerk)
    program.post("/v1/statements/import", files={"file": ("a.csv", FILE)})
    (line,) = program.get("/v1/desk/unclaimed").json()["lines"]
    program.post("/v1/receipts/claim", json={"receipt": line["receipt"]})
    page = clerk.page("/views/receipts").text
    head = program.get("/v1/views/receipts").headers["zhiheng-head"]
    assert f"业务时点 2022-07-15 · 认知时点 前 {head} 条事实（日志共 {head} 条）" in page
    assert "1,234,567.89" in page
    assert f'title="{line["receipt"]}"' in page
    cell = next(c for c in Outline(page).all("td") if c.get("data-order") == "123456789")
    assert cell["class"] == "number"
    links = [str(a["href"]) for a in Outline(page).all("a") if "format=" in str(a.get("href"))]
    assert len(links) == 4
    for link in links:
        file = clerk.get(link)
        assert file.status_code == 200
        assert file.headers["zhiheng-position"] == head
    empty = clerk.page("/views/receipts?as_of=2022-06-01").text
    assert "没有任何一行" in empty
    history = clerk.page(f"/history/{line['receipt']}").text
    assert "1,234,567.89 元" in history
    assert house.office.clerk in history


def test_persons_are_named_to_those_who_may_see_them_until_they_are_erased(house: House) -> None:
    office = house.office
    staff = office.hire(Role.CENTRE_STAFF, FIRST)
    person = f"person:{uuid.uuid4()}"
    body = {"person": person, "name": "示例完成人"}
    assert house.as_(staff).post("/v1/persons/register", json=body).status_code == 201
    page = house.signed_in(staff).page(f"/history/{person}").text
    assert "人员 示例完成人 的经过" in page
    elsewhere = house.signed_in(office.stranger).page(f"/history/{person}")
    assert elsewhere.status_code == 404
    assert "示例完成人" not in elsewhere.text
    commission = office.hire(Role.EDUCATION_COMMISSION_READER, None)
    assert "示例完成人" not in house.signed_in(commission).page(f"/history/{person}").text
    office.do("person.erase", {"person": person, "reason": "本人要求"}, office.administrator)
    assert "示例完成人" not in house.signed_in(staff).page(f"/history/{person}").text


def test_a_history_tells_facts_in_words_and_links_what_they_mention(house: House) -> None:
    page = house.signed_in(house.auditor()).page(f"/history/{FIRST}").text
    assert "示例大学 的经过" in page
    assert "机构登记" in page
    assert "<dt>类型</dt><dd>高校</dd>" in page.replace("\n", "")
    assert "institution-registered.v1" in page


def test_filters_offer_words_for_codes_and_names_for_institutions(house: House) -> None:
    auditor = house.signed_in(house.auditor())
    page = auditor.page("/views/deals?exclusivity=sole").text
    assert '<option value="sole" selected>排他</option>' in page
    assert f'<option value="{FIRST}">示例大学</option>' in page
    assert "发明专利" not in page
    assert "发明专利" in auditor.page("/views/patents").text


def test_errors_are_pages_for_people_and_keep_them_signed_in(clerk: Browser) -> None:
    for path, status in (("/views/none", 404), ("/views/receipts?x=1", 400), ("/nowhere", 404)):
        page = clerk.page(path)
        assert page.status_code == status
        assert page.headers["content-type"].startswith("text/html")
        assert "怎么办" in page.text
    assert "退出登录" in clerk.page("/views/none").text


def test_the_interface_page_lists_every_command(clerk: Browser) -> None:
    page = clerk.page("/docs").text
    assert "/v1/rewards/claw-back" in page
    assert "授予角色" in page
