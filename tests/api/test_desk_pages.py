"""The desk's pages: what is proposed to be allocated, what the bank undid, what waits by month."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.console.desk_receipts import proposed
from api.postgres import Logins
from ledger.actors import Role
from tests.api.figure_house import FIRM, FigureHouse, open_figure_house
from tests.api.http_house import ORIGIN, Browser
from tests.api.office import FIRST, bank_file

OWN = {"origin": ORIGIN, "accept": "text/html"}


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


def taken_in(house: FigureHouse, *lines: tuple[str, int, str, str]) -> None:
    file = {"file": ("july.csv", bank_file(list(lines)))}
    taken = house.as_(house.office.clerk).post("/v1/statements/import", files=file)
    assert taken.status_code == 201, taken.text


def claimed(clerk: Browser, payer: str | None = FIRM) -> str:
    """The one line on the desk, claimed."""
    (line,) = clerk.get("/v1/desk/unclaimed").json()["lines"]
    body = {"receipt": line["receipt"]} | ({} if payer is None else {"payer": payer})
    assert clerk.post("/v1/receipts/claim", json=body).status_code == 201
    return str(line["receipt"])


def test_money_is_proposed_for_what_is_open() -> None:
    assert proposed(30, [50, 30, 10], by_share=False) == [0, 30, 0], "exactly what one lacks"
    assert proposed(70, [50, 30, 10], by_share=False) == [50, 20, 0], "the earlier ones first"
    assert proposed(100, [50, 30, 10], by_share=False) == [50, 30, 10], "the rest stays"
    assert proposed(10, [1, 1, 1], by_share=True) == [1, 1, 1], "never more than is open"
    assert proposed(10, [20, 20, 20], by_share=True) == [4, 3, 3], "by largest remainder"
    assert proposed(0, [50], by_share=True) == [0]
    assert proposed(5, [], by_share=False) == []


def test_rows_without_an_amount_are_left_alone_and_the_look_comes_first(
    house: FigureHouse,
) -> None:
    taken_in(house, ("2022-07-04", 60_000_00, "示例公司", "许可费"))
    clerk = house.signed_in(house.office.clerk)
    receipt = claimed(house.as_(house.office.clerk))
    shown = clerk.page(f"/desk/receipts/{receipt}").text
    assert 'name="parts.0.amount_fen" value="60000.00"' in shown
    before = house.head()
    path = f"/desk/receipts/{receipt}/allocate"
    row = {"contract": "license:x", "instalment": "1", "purpose": "license-fee", "amount_fen": ""}
    empty = {f"parts.0.{name}": text for name, text in row.items()}
    nothing = clerk.post(path, data=empty, headers=OWN)
    assert nothing.status_code == 400, "nothing to allocate, and the form says so"
    assert house.head() == before


def test_receipts_of_others_and_lines_nobody_claimed_lead_back_to_the_desk(
    house: FigureHouse,
) -> None:
    taken_in(house, ("2022-07-04", 60_000_00, "示例公司", "许可费"))
    (line,) = house.as_(house.office.clerk).get("/v1/desk/unclaimed").json()["lines"]
    clerk = house.signed_in(house.office.clerk)
    back = clerk.page(f"/desk/receipts/{line['receipt']}")
    assert (back.status_code, back.headers["location"]) == (303, "/desk")
    receipt = claimed(house.as_(house.office.clerk))
    stranger = house.signed_in(house.office.stranger)
    assert stranger.page(f"/desk/receipts/{receipt}").headers["location"] == "/desk"
    assert house.signed_in(house.auditor()).page(f"/desk/receipts/{receipt}").status_code == 403


def test_what_the_bank_undid_waits_until_it_is_recorded(house: FigureHouse) -> None:
    taken_in(house, ("2022-07-04", 60_000_00, "示例公司", "许可费"))
    receipt = claimed(house.as_(house.office.clerk))
    undo = (
        "账号:,1001000000000000001\n"
        "交易日期,借方发生额,贷方发生额,余额,对方账号,对方户名,摘要,冲正标志\n"
        "2022-07-06,,-60000.00,0.00,3100660000000011,示例公司,冲正,是\n"
    )
    file = {"file": ("undo.csv", undo.encode())}
    done = house.as_(house.office.clerk).post("/v1/statements/import", files=file)
    assert done.status_code == 201, done.text
    approver = house.signed_in(house.office.hire(Role.FINANCE_APPROVER, FIRST))
    desk = approver.page("/desk").text
    assert "银行冲正，待登记" in desk
    assert "receipt.reverse?" in desk
    body = {"receipt": receipt, "on": "2022-07-06", "command_key": "undo"}
    assert approver.confirmed("/forms/receipt.reverse", body).status_code == 200
    assert "银行冲正，待登记" not in approver.page("/desk").text


def test_a_month_shows_what_stands_in_the_way_of_closing_it(house: FigureHouse) -> None:
    taken_in(house, ("2022-06-15", 60_000_00, "示例公司", "许可费"))
    approver = house.signed_in(house.office.hire(Role.FINANCE_APPROVER, FIRST))
    assert "待认领 1 笔" in approver.page("/months").text
    claimed(house.as_(house.office.clerk), None)
    months = approver.page("/months").text
    assert "待确认付款方 1 笔" in months
    assert "first=2022-06-01" in months
    assert "first=2022-07-01" not in months, "July is not over"
    closing = {"first": "2022-06-01", "last": "2022-06-30", "command_key": "june"}
    approver.confirmed("/forms/period.close", closing)
    months = approver.page("/months").text
    assert "已结账" in months
    assert "/forms/period.reopen?" in months
    assert "/forms/period" not in house.signed_in(house.office.clerk).page("/months").text
