"""Work done in a real browser by following links: no address and no id is typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.postgres import Logins
from ledger.actors import Role
from tests.api.chromium import Page, chromium, until
from tests.api.figure_house import FIRM, PATENTS, FigureHouse, open_figure_house
from tests.api.fund_house import days_pass, open_fund_house
from tests.api.office import FIRST, bank_file
from tests.api.test_browser import ASKED, Served, serving

PHONE = (390, 844)
SEND = "main form.command > button:last-of-type"
CONFIRM = "main button[name=confirmed]"


class Desk:
    """One window at which people take turns."""

    def __init__(self, house: FigureHouse, served: Served, page: Page) -> None:
        self.house, self.served, self.page = house, served, page

    def sit(self, actor: str) -> None:
        """Sign in as somebody and stand on the first page."""
        secret = self.house.office.secret(actor, "sign-in")
        self.page.open(f"{self.served.address}/sign-in?token={secret}")
        self.page.click("main form button")
        until(lambda: self.page.run(ASKED) == "/")

    def go(self, css: str, title: str) -> None:
        """Follow a link or press a button, and wait for the page of this title."""
        self.page.click(css)
        until(lambda: title in "".join(self.page.texts("h1")))

    def confirm(self, title: str) -> None:
        """Send the form, look at what it will write, and have it written."""
        self.page.click(SEND)
        self.page.element(CONFIRM)
        self.go(CONFIRM, title)

    def fill(self, name: str, text: str) -> None:
        """Give a field a value as its reader would, dates by the day alone."""
        self.page.element(f'[name="{name}"]')
        self.page.run(f"document.querySelector('[name=\"{name}\"]').value = '{text}'")

    def fits_a_telephone(self) -> None:
        """Nothing of this page runs out of a narrow window."""
        self.page.resize(*PHONE)
        wide, room = self.page.run("return [document.documentElement.scrollWidth, innerWidth]")
        assert wide <= room, self.page.run(ASKED)
        self.page.resize(1280, 1600)


@contextmanager
def desk_of(house: FigureHouse) -> Iterator[Desk]:
    with serving(house.office) as served, chromium() as page:
        yield Desk(house, served, page)


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


def paid_in(house: FigureHouse, *lines: tuple[str, int, str, str]) -> None:
    file = {"file": ("july.csv", bank_file(list(lines)))}
    taken = house.as_(house.office.clerk).post("/v1/statements/import", files=file)
    assert taken.status_code == 201, taken.text


def test_a_clerk_claims_and_allocates_an_overpayment_and_the_approver_refunds_the_rest(
    house: FigureHouse,
) -> None:
    paid_in(house, ("2022-07-04", 120_000_00, "示例公司", "许可费第1期"))
    approver = house.office.hire(Role.FINANCE_APPROVER, FIRST)
    with desk_of(house) as desk:
        page = desk.page
        desk.sit(house.office.clerk)
        desk.go('nav a[href="/desk"]', "到款台")
        desk.fits_a_telephone()
        desk.go('td.acts a[href^="/forms/receipt.claim"]', "认领到款")
        desk.confirm("到款 · 2022-07-04 · 120,000.00 元")
        assert page.run("return document.querySelector('[name$=amount_fen]').value") == "100000.00"
        desk.fits_a_telephone()
        page.click("main form button")
        page.element(CONFIRM)
        assert "100,000.00 元" in "".join(page.texts("main"))
        desk.go(CONFIRM, "到款 ·")
        assert "20,000.00 元" in page.texts("dd")[-1]

        desk.sit(approver)
        desk.go('nav a[href="/desk"]', "到款台")
        desk.go('td.acts a[href^="/desk/receipts/"]', "到款 ·")
        desk.go('nav.acts a[href^="/forms/receipt.refund"]', "登记退款")
        page.type("[name=amount_fen]", "2万")
        desk.confirm("到款 ·")
        assert page.texts("dd")[-2:] == ["20,000.00 元", "0.00 元"]


@pytest.mark.prove
def test_a_strangers_payment_is_confirmed_by_another_person_and_the_month_closed(
    house: FigureHouse,
) -> None:
    paid_in(house, ("2022-06-30", 40_000_00, "某代付公司", "代付许可费"))
    approver = house.office.hire(Role.FINANCE_APPROVER, FIRST)
    with desk_of(house) as desk:
        page = desk.page
        desk.sit(house.office.clerk)
        desk.go('nav a[href="/desk"]', "到款台")
        desk.go('td.acts a[href^="/forms/receipt.claim"]', "认领到款")
        desk.confirm("到款 ·")
        assert "付款方尚未确认" in "".join(page.texts(".notice"))

        desk.sit(approver)
        desk.go('nav a[href="/desk"]', "到款台")
        assert "待另一人确认付款方" in page.texts("h2")
        desk.go('td.acts a[href^="/desk/receipts/"]', "到款 ·")
        desk.go('nav.acts a[href^="/forms/receipt.confirm-payer"]', "确认付款人")
        page.click(f'[name=counterparty] option[value="{FIRM}"]')
        desk.confirm("到款 ·")

        desk.sit(house.office.clerk)
        desk.go('nav a[href="/desk"]', "到款台")
        desk.go('td.acts a[href^="/desk/receipts/"]', "到款 ·")
        page.click("main form button")
        page.element(CONFIRM)
        desk.go(CONFIRM, "到款 ·")
        assert page.texts("dd")[-1] == "0.00 元"

        desk.sit(approver)
        desk.go('nav a[href="/desk"]', "到款台")
        desk.go('main a[href^="/months"]', "月份与结账")
        desk.fits_a_telephone()
        desk.go('td a[href*="first=2022-06-01"]', "会计期间结账")
        desk.confirm("月份与结账")
        assert "已结账" in page.texts("td")


@pytest.mark.prove
def test_the_bureau_takes_claims_from_acceptance_to_an_award_at_the_cap(
    ledger: Logins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def together(stage: str, title: str) -> None:
        """Press the usual act of a stage for what is ticked there."""
        desk.go('nav a[href="/funds"]', "奖励")
        desk.go(f"#{stage} + form button", title)

    def done() -> None:
        desk.go(CONFIRM, "3 项")
        until(lambda: "已写入 3 项，未写入 0 项。" in desk.page.texts(".notice"))

    with open_fund_house(ledger, tmp_path) as house, desk_of(house) as desk:
        page = desk.page
        desk.sit(house.clerk)
        together("claimed", "受理申报：3 项")
        desk.fits_a_telephone()
        done()
        together("accepted", "认定资格：3 项")
        page.click('[name=eligible] option[value="true"]')
        page.click(SEND)
        done()
        desk.sit(house.reviewer)
        together("judged", "审核金额：3 项")
        done()
        desk.sit(house.approver)
        together("reviewed", "公示：3 项")
        desk.fill("last_day", "2022-07-18")
        page.click(SEND)
        done()
        days_pass(monkeypatch, 5)
        desk.sit(house.approver)
        together("publicised", "核定奖励：3 项")
        assert "写入后余额 0.00 元" in "".join(page.texts(".figure"))
        assert "所选合计超过可核定余额 424.46 元" in "".join(page.texts(".notice"))
        done()
        desk.sit(house.payer)
        together("awarded", "拨付奖励：3 项")
        done()
        desk.sit(house.office.clerk)
        desk.go('nav a[href="/funds"]', "奖励")
        desk.fits_a_telephone()
        desk.go('td a[href^="/forms/reward.disburse"]', "发放奖励")
        page.type('[name="payouts.0.tax_fen"]', "0")
        desk.confirm("奖励")
        until(lambda: "已发放 1" in page.texts("h2"))


@pytest.mark.prove
def test_a_license_with_two_instalments_is_recorded_and_a_disclosure_decided(
    house: FigureHouse,
) -> None:
    staff = house.office.hire(Role.CENTRE_STAFF, FIRST)
    reviewer = house.office.hire(Role.CENTRE_REVIEWER, FIRST)
    with desk_of(house) as desk:
        page = desk.page
        desk.sit(staff)
        page.click("main details.fold:not(#registers):not([open]) summary")
        desk.go('.begins a[href^="/forms/license.grant"]', "许可")
        desk.fits_a_telephone()
        page.type("[name=contract_number]", "示例-2022-9")
        page.click(f'[name=counterparty] option[value="{FIRM}"]')
        page.click(f'[name=patents] option[value="{PATENTS[FIRST]}"]')
        desk.fill("signed", "2022-07-01")
        page.click('[name="terms.exclusivity"] option[value="ordinary"]')
        page.click('[name="terms.payment"] option[value="instalments"]')
        desk.fill("terms.starts", "2022-07-01")
        for fee, amount in (("fixed_fee", "8万"), ("entry_fee", "0"), ("minimum_royalty", "0")):
            page.type(f'[name="terms.{fee}_fen"]', amount)
        page.click("fieldset .part + button[name=again]")
        page.element('[name="terms.instalments.2.due"]')
        for at, (due, amount) in enumerate((("2022-08-01", "50000"), ("2023-02-01", "30000"))):
            place = f"terms.instalments.{at}"
            page.type(f'[name="{place}.number"]', str(at + 1))
            desk.fill(f"{place}.due", due)
            page.type(f'[name="{place}.amount_fen"]', amount)
            page.click(f'[name="{place}.purpose"] option[value="license-fee"]')
        page.click(SEND)
        page.element(CONFIRM)
        page.click(CONFIRM)
        until(lambda: page.run(ASKED) == "/" or "返回" in page.texts("main a"))
        rows = house.as_(staff).get("/v1/views/receivables").json()["rows"]
        own = [row["amount_fen"] for row in rows if row["contract_number"] == "示例-2022-9"]
        assert own == [50_000_00, 30_000_00]
        submitted_by(house, staff)

        desk.sit(reviewer)
        desk.go('.waiting a[href^="/forms/disclosure.accept"]', "受理")
        desk.confirm("")
        until(lambda: page.run(ASKED) == "/")
        rows = house.as_(staff).get("/v1/views/disclosures").json()["rows"]
        assert [row["stage"] for row in rows] == ["accepted"]


def submitted_by(house: FigureHouse, staff: str) -> None:
    """A disclosure of one contributor, handed in."""
    person = "person:00000000-0000-0000-0000-000000000009"
    house.office.do("person.register", {"person": person, "name": "吴示例"}, staff)
    body = {
        "title": "示例方法",
        "kind": "invention",
        "contributors": [{"person": person, "share": {"numerator": 1, "denominator": 1}}],
    }
    house.office.do("disclosure.submit", body, staff)
