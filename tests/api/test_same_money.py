"""Money that an arrivals list and the bank both tell of: claimable once, in whichever order."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.desk import UnclaimedLine, forget_expired, prepare_claim, unclaimed
from api.imports.intake import Taken, accept, preview, read_upload
from api.imports.same_money import DAYS_APART_MAX
from api.imports.verdicts import line_as_json, preview_as_json, same_money_line
from api.lists.intake import Asked, ListPreview
from api.lists.intake import accept as accept_list
from api.lists.intake import preview as preview_list
from api.postgres import Logins
from ledger.refusals import Refusal, Refused
from tests.api.http_house import ORIGIN, open_house
from tests.api.office import ACCOUNT_NUMBER, FIRST, Office, bank_file, open_office

HEAD = "到账日期,付款单位,到账金额,摘要,凭证号"
PAYER = "沪江公司"
Payment = tuple[date, int]
"""A day and an amount in fen."""


@dataclass
class Finance:
    """The clerk of an office with the files that come to one account."""

    office: Office
    account: str
    number: str = ACCOUNT_NUMBER
    claimed_fen: list[int] = field(default_factory=list)

    def bank(self, *lines: tuple[str, int, str]) -> bytes:
        """A bank file of (day, fen, payer)."""
        return bank_file([(*line, "货款") for line in lines], own=self.number)

    def takes_bank(self, *lines: tuple[str, int, str]) -> Taken:
        """Import a bank file."""
        file = read_upload(self.office.home, self.bank(*lines), "bank.csv")
        home, connection = self.office.home, self.office.connection
        handle = self.office.scribe.handle
        return accept(home, connection, handle, self.office.clerk, file, account=self.account)

    def asked(self, lines: tuple[tuple[str, int, str], ...], **options: Any) -> Asked:
        """An arrivals list of (day, fen, payer), each with a voucher of its own."""
        rows = [
            f"{day},{payer},{fen // 100}.{fen % 100:02},许可费,记-{at:04}"
            for at, (day, fen, payer) in enumerate(lines, 1)
        ]
        data = "\n".join([HEAD, *rows]).encode()
        return Asked(data, "arrivals.csv", account=self.account, **options)

    def takes_list(self, *lines: tuple[str, int, str], **options: Any) -> ListPreview:
        """Import an arrivals list."""
        home, connection, scribe = self.office.home, self.office.connection, self.office.scribe
        asked = self.asked(lines, **options)
        return accept_list(home, connection, scribe, self.office.clerk, asked).preview

    def looks_at_list(self, *lines: tuple[str, int, str]) -> ListPreview:
        """Preview an arrivals list."""
        home, connection = self.office.home, self.office.connection
        return preview_list(home, connection, self.office.clerk, self.asked(lines))

    def desk(self) -> list[UnclaimedLine]:
        """What waits on this account."""
        home, connection = self.office.home, self.office.connection
        page = unclaimed(connection, home.vault, FIRST, with_texts=True, limit=500)
        return [line for line in page.lines if line.account == self.account]

    def claims(self, line: UnclaimedLine) -> dict[str, Any]:
        """Claim a line of the desk."""
        home, connection = self.office.home, self.office.connection
        body, commitments = prepare_claim(connection, home.vault, FIRST, {"receipt": line.receipt})
        clerk = self.office.clerk
        request = home.door.admit("receipt.claim", body, clerk, commitments=commitments)
        self.office.scribe.handle(request)
        self.claimed_fen.append(line.amount_fen)
        return body

    def claimable_fen(self) -> int:
        """All that is or was claimable, in fen."""
        return sum(self.claimed_fen) + sum(line.amount_fen for line in self.desk())


@pytest.fixture
def finance(urls: Logins, tmp_path: Path) -> Iterator[Finance]:
    with open_office(urls, tmp_path) as office:
        yield Finance(office, office.account)


def outcomes(found: Taken | ListPreview) -> list[str]:
    verdicts = found.preview.verdicts if isinstance(found, Taken) else found.verdicts
    return [verdict.verdict for verdict in verdicts]


def test_a_bank_line_after_the_list_joins_the_listed_line_and_money_stays_one(
    finance: Finance,
) -> None:
    finance.takes_list(("2022-06-28", 300_000, PAYER))
    (listed,) = finance.desk()
    taken = finance.takes_bank(
        ("2022-06-27", 300_000, "沪江 公司"), ("2022-06-27", 700, "浦东公司")
    )
    assert outcomes(taken) == ["joined", "accepted"]
    assert (taken.preview.accepted, taken.preview.credit_fen) == (2, 300_700)
    assert finance.office.count("vault.bank_lines") == 3
    other, joined = sorted(finance.desk(), key=lambda line: line.amount_fen)
    assert (other.amount_fen, joined.receipt) == (700, listed.receipt)
    assert (joined.statement, joined.value_date) == (taken.statement, date(2022, 6, 27))


def test_the_claim_of_joined_money_says_what_the_bank_said(finance: Finance) -> None:
    finance.takes_list(("2022-06-28", 300_000, PAYER))
    taken = finance.takes_bank(("2022-06-27", 300_000, PAYER))
    body = finance.claims(finance.desk()[0])
    assert (body["statement"], body["value_date"]) == (taken.statement, "2022-06-27")
    assert finance.desk() == []


def test_of_money_that_was_claimed_from_the_list_the_bank_line_cannot_be_claimed(
    finance: Finance,
) -> None:
    finance.takes_list(("2022-06-28", 300_000, PAYER))
    finance.claims(finance.desk()[0])
    taken = finance.takes_bank(("2022-06-28", 300_000, PAYER))
    assert outcomes(taken) == ["joined"]
    assert finance.desk() == []
    row = finance.office.connection.execute(
        "SELECT receipt FROM vault.bank_lines WHERE same_as IS NOT NULL"
    ).fetchone()
    assert row is not None
    home, connection = finance.office.home, finance.office.connection
    with pytest.raises(Refusal) as caught:
        prepare_claim(connection, home.vault, FIRST, {"receipt": row[0]})
    assert caught.value.code is Refused.SUBJECT_IS_UNKNOWN


def test_a_joined_line_is_known_when_its_file_comes_again(finance: Finance) -> None:
    finance.takes_list(("2022-06-28", 300_000, PAYER))
    finance.takes_bank(("2022-06-28", 300_000, PAYER))
    assert outcomes(finance.takes_bank(("2022-06-28", 300_000, PAYER))) == ["duplicate"]
    assert outcomes(finance.takes_list(("2022-06-28", 300_000, PAYER))) == ["unchanged"]


def test_of_two_equal_payments_both_survive(finance: Finance) -> None:
    one = ("2022-06-28", 300_000, PAYER)
    finance.takes_list(one)
    assert outcomes(finance.takes_bank(one, one)) == ["joined", "accepted"]
    assert len(finance.desk()) == 2
    assert outcomes(finance.takes_list(one, one)) == ["unchanged", "possible-duplicate"]


def test_of_two_equal_payments_of_which_the_bank_told_one_the_list_brings_the_other(
    finance: Finance,
) -> None:
    one = ("2022-06-28", 300_000, PAYER)
    finance.takes_bank(one)
    assert outcomes(finance.takes_list(one, one)) == ["possible-duplicate", "new"]
    assert outcomes(finance.takes_bank(one, one)) == ["duplicate", "joined"]
    assert len(finance.desk()) == 2


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        (("2022-06-25", 300_000, PAYER), "joined"),
        (("2022-06-24", 300_000, PAYER), "accepted"),
        (("2022-07-01", 300_000, PAYER), "joined"),
        (("2022-07-02", 300_000, PAYER), "accepted"),
        (("2022-06-28", 300_001, PAYER), "accepted"),
        (("2022-06-28", 300_000, "浦东公司"), "accepted"),
        (("2022-06-28", -300_000, PAYER), "accepted"),
    ],
)
def test_days_amount_and_payer_decide(
    finance: Finance, other: tuple[str, int, str], verdict: str
) -> None:
    finance.takes_list(("2022-06-28", 300_000, PAYER))
    assert outcomes(finance.takes_bank(other)) == [verdict]


def test_lines_of_one_day_find_each_other_before_lines_of_other_days(finance: Finance) -> None:
    finance.takes_list(("2022-06-27", 100, PAYER), ("2022-06-29", 100, PAYER))
    taken = finance.takes_bank(("2022-06-28", 100, PAYER), ("2022-06-27", 100, PAYER))
    shown = [line_as_json(verdict)["resembles"]["line"] for verdict in taken.preview.verdicts]
    assert shown == [3, 2]


def test_a_bank_line_joins_no_line_that_the_bank_itself_brought(finance: Finance) -> None:
    finance.takes_bank(("2022-06-28", 300_000, PAYER))
    assert outcomes(finance.takes_bank(("2022-06-29", 300_000, PAYER))) == ["accepted"]


def test_a_twin_account_under_the_same_number_is_the_same_account(finance: Finance) -> None:
    finance.takes_list(("2022-06-28", 300_000, PAYER))
    twin = Finance(finance.office, finance.office.register_account(finance.office.clerk))
    assert outcomes(twin.takes_bank(("2022-06-28", 300_000, PAYER))) == ["joined"]


def test_the_preview_tells_the_rule_and_the_line(finance: Finance) -> None:
    finance.takes_list(("2022-06-28", 300_000, PAYER))
    home, connection, clerk = finance.office.home, finance.office.connection, finance.office.clerk
    file = read_upload(home, finance.bank(("2022-06-28", 300_000, PAYER)), "bank.csv")
    found = preview(home, connection, clerk, file)
    shown = line_as_json(found.verdicts[0])
    assert shown["resembles"] == {"receipt": finance.desk()[0].receipt, "line": 2}
    assert "第 2 行（2022-06-28）" in shown["zh"]
    assert preview_as_json(found)["joined"] == 1
    assert "同一笔" in same_money_line(found, "zh")
    assert "one line for one line" in same_money_line(found, "en")


def test_the_page_tells_the_rule_and_the_line(urls: Logins, tmp_path: Path) -> None:
    with open_house(urls, tmp_path) as house:
        finance = Finance(house.office, house.office.account)
        finance.takes_list(("2022-06-28", 300_000, PAYER))
        web = house.signed_in(finance.office.clerk)
        file = {"file": ("bank.csv", finance.bank(("2022-06-28", 300_000, PAYER)))}
        headers = {"origin": ORIGIN, "accept": "text/html"}
        text = web.post("/desk/import", files=file, headers=headers).text
    assert "并入到款清单行" in text
    assert "一行只对应一行" in text
    assert "第 2 行（2022-06-28）" in text


def test_a_bank_line_that_the_list_would_double_is_named_to_the_person(finance: Finance) -> None:
    finance.takes_bank(("2022-06-27", 300_000, PAYER))
    found = finance.looks_at_list(("2022-06-28", 300_000, PAYER))
    alike = found.verdicts[0].alike
    assert alike is not None
    assert alike.value_date == date(2022, 6, 27)
    taken = finance.takes_list(("2022-06-28", 300_000, PAYER), doubles=frozenset({2}))
    assert outcomes(taken) == ["possible-duplicate"]
    assert len(finance.desk()) == 2


def test_listed_line_and_joined_line_are_forgotten_together(finance: Finance) -> None:
    finance.takes_list(("2022-06-28", 300_000, PAYER), ("2022-06-28", 200, PAYER))
    finance.takes_bank(("2022-06-29", 300_000, PAYER), ("2022-06-29", 200, PAYER))
    finance.claims(finance.desk()[0])
    assert forget_expired(finance.office.connection, date(2022, 6, 29)) == 2
    assert finance.office.count("vault.bank_lines") == 2
    assert finance.desk() == []


# --- in whichever order


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Payment], list[list[Payment]], list[list[Payment]]]:
    """Payments of one payer, the bank files and the lists that tell of them.

    Amounts either come on several days and lists give the bank's days, or they come on one day and
    lists may be some days off. Every list tells of payments that the bank tells of too.
    """
    first = date(2022, 6, 5)
    payments: list[Payment] = []
    listed: list[Payment] = []
    for amount in (100, 250):
        if draw(st.booleans()):
            days = draw(st.lists(st.integers(0, 6), min_size=1, max_size=4))
            shifts = [0] * len(days)
        else:
            shift = st.integers(-DAYS_APART_MAX, DAYS_APART_MAX)
            shifts = draw(st.lists(shift, min_size=1, max_size=3))
            days = [3] * len(shifts)
        told = draw(st.lists(st.booleans(), min_size=len(days), max_size=len(days)))
        for day, shift_days, is_listed in zip(days, shifts, told, strict=True):
            payments.append((first + timedelta(days=day), amount))
            if is_listed:
                listed.append((first + timedelta(days=day + shift_days), amount))
    file_of_day = draw(st.lists(st.integers(0, 2), min_size=7, max_size=7))
    banks = [[p for p in payments if file_of_day[(p[0] - first).days] == n] for n in range(3)]
    cut = draw(st.integers(0, len(listed)))
    return payments, [file for file in banks if file], [listed[:cut], listed[cut:]]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=stories(), data=st.data())
def test_in_whichever_order_they_come_what_can_be_claimed_is_what_the_bank_says(
    finance: Finance,
    story: tuple[list[Payment], list[list[Payment]], list[list[Payment]]],
    data: st.DataObject,
) -> None:
    payments, banks, lists = story
    number = str(uuid.uuid4().int)[:19]
    account = finance.office.register_account(finance.office.clerk, number)
    mine = Finance(finance.office, account, number)
    coming = [("bank", file) for file in banks] + [("list", rows) for rows in lists if rows]
    for kind, lines in data.draw(st.permutations(coming)):
        told = [(day.isoformat(), fen, PAYER) for day, fen in lines]
        if kind == "bank":
            mine.takes_bank(*told)
        else:
            mine.takes_list(*told)
        claims_now: bool = data.draw(st.booleans())
        waiting = mine.desk()
        if claims_now and waiting:
            mine.claims(waiting[0])
    assert mine.claimable_fen() == sum(fen for _, fen in payments)
