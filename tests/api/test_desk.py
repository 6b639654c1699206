"""The desk of unclaimed lines: what waits, who sees its texts, claiming, forgetting."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.access import Caller
from api.desk import (
    DeskPage,
    forget_expired,
    prepare_claim,
    unclaimed,
)
from api.imports.intake import accept, read_upload
from api.postgres import Logins
from api.rights import Kind, Thing, desk_of, may_read
from api.states import state_of
from ledger.actors import Role
from ledger.case import business_day
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer
from ledger.vault import READ
from tests.api.office import FIRST, SECOND, TODAY, Office, bank_file, open_office

LINES = [
    ("2022-06-28", 11_100, "甲公司", "专利许可费"),
    ("2022-06-29", 22_200, "乙公司", "专利转让费"),
    ("2022-06-30", -33_300, "丙公司", "退款"),
    ("2022-06-30", 44_400, "丁公司", "冲正"),
    ("2022-07-01", 55_500, "戊公司", "提成"),
]
DAY = business_day(TODAY)


@pytest.fixture
def office(urls: Logins, tmp_path: Path) -> Iterator[Office]:
    with open_office(urls, tmp_path) as opened:
        file = read_upload(opened.home, bank_file(LINES), "test.csv")
        accept(opened.home, opened.connection, opened.scribe.handle, opened.clerk, file)
        yield opened


def desk(office: Office, **options: Any) -> DeskPage:
    options = {"with_texts": True, **options}
    return unclaimed(office.connection, office.home.vault, FIRST, **options)


def claim(office: Office, receipt: str, institution: str = FIRST, **more: Any) -> Answer:
    body, commitments = prepare_claim(
        office.connection, office.home.vault, institution, {"receipt": receipt, **more}
    )
    request = office.home.door.admit("receipt.claim", body, office.clerk, commitments=commitments)
    return office.scribe.handle(request)


def test_only_money_that_came_in_waits_newest_first(office: Office) -> None:
    lines = desk(office).lines
    assert [line.amount_fen for line in lines] == [55_500, 22_200, 11_100]
    assert [line.payer for line in lines] == ["戊公司", "乙公司", "甲公司"]
    assert lines[0].remittance == "提成"


def test_pages_follow_each_other_without_gap_or_double(office: Office) -> None:
    first = desk(office, limit=2)
    assert first.next is not None
    second = desk(office, limit=2, after=first.next)
    assert second.next is None
    amounts = [line.amount_fen for line in (*first.lines, *second.lines)]
    assert amounts == [55_500, 22_200, 11_100]


def test_a_cursor_that_is_none_is_refused(office: Office) -> None:
    with pytest.raises(Refusal) as caught:
        desk(office, after="yesterday")
    assert caught.value.code is Refused.CURSOR_IS_MALFORMED


def test_the_desk_of_another_institution_is_empty(office: Office) -> None:
    page = unclaimed(office.connection, office.home.vault, SECOND, with_texts=True)
    assert page == DeskPage((), None)


def test_a_claimed_line_leaves_the_desk_and_its_fact_has_the_banks_figures(office: Office) -> None:
    line = desk(office).lines[0]
    claim(office, line.receipt)
    assert line.receipt not in [other.receipt for other in desk(office).lines]
    receipt = state_of(office.connection, line.receipt)
    assert receipt.known
    assert receipt.amount_fen == 55_500
    assert receipt.account == office.account
    assert receipt.value_date == date(2022, 7, 1)
    assert receipt.holder == "institution"


def test_the_claims_commitments_open_with_what_the_vault_holds(office: Office) -> None:
    line = desk(office).lines[0]
    answer = claim(office, line.receipt)
    (row,) = office.connection.execute(
        "SELECT convert_from(state, 'UTF8')::json -> 'payload' FROM ledger.facts "
        "WHERE position = %s",
        (answer.written[0].position,),
    ).fetchall()
    rows = office.connection.execute(READ, ([line.receipt],)).fetchall()
    texts = office.home.vault.reveal(rows)[line.receipt]
    assert row[0]["payer_commitment"] == texts["payer"].commitment
    assert row[0]["remittance_commitment"] == texts["remittance"].commitment


def void(office: Office, position: int, approver: str) -> None:
    row = office.connection.execute(
        "SELECT encode(leaf, 'hex') FROM ledger.facts WHERE position = %s", (position,)
    ).fetchone()
    assert row is not None
    body = {"position": position, "leaf": row[0], "reason": "登记错误"}
    office.do("fact.void", body, approver)


def test_a_line_is_claimed_once(office: Office) -> None:
    line = desk(office).lines[0]
    claim(office, line.receipt)
    with pytest.raises(Refusal) as caught:
        claim(office, line.receipt)
    assert caught.value.code is Refused.RECEIPT_IS_CLAIMED_ALREADY


def test_a_claim_whose_fact_was_voided_comes_back_to_the_desk(office: Office) -> None:
    approver = office.hire(Role.FINANCE_APPROVER, FIRST)
    line = desk(office).lines[0]
    (written,) = claim(office, line.receipt).written
    void(office, written.position, approver)
    assert line.receipt in [other.receipt for other in desk(office).lines]
    claim(office, line.receipt)
    assert line.receipt not in [other.receipt for other in desk(office).lines]


def test_a_line_stays_claimed_when_only_a_later_fact_about_it_is_voided(office: Office) -> None:
    first, second = (office.hire(Role.FINANCE_APPROVER, FIRST) for _ in range(2))
    line = desk(office).lines[0]
    claim(office, line.receipt)
    refund = {"receipt": line.receipt, "amount_fen": 100, "on": "2022-07-02"}
    (written,) = office.do("receipt.refund", refund, first).written
    void(office, written.position, second)
    assert line.receipt not in [other.receipt for other in desk(office).lines]


def test_a_line_of_another_institution_is_unknown(office: Office) -> None:
    line = desk(office).lines[0]
    with pytest.raises(Refusal) as caught:
        claim(office, line.receipt, SECOND)
    assert caught.value.code is Refused.SUBJECT_IS_UNKNOWN


def test_a_caller_cannot_say_what_the_bank_says(office: Office) -> None:
    line = desk(office).lines[0]
    with pytest.raises(Refusal) as caught:
        claim(office, line.receipt, amount_fen=1)
    assert caught.value.code is Refused.COMMAND_IS_MALFORMED
    assert caught.value.values["errors"][0]["field"] == "amount_fen"


def test_a_registered_firm_of_the_payers_name_is_suggested(office: Office) -> None:
    office.do(
        "institution.register",
        {
            "code": "institution:12100000425006133D",
            "kind": "bureau",
            "name_zh": "示例局",
            "name_en": "Example Bureau",
        },
        office.administrator,
    )
    centre = office.hire(Role.CENTRE_STAFF, FIRST)
    firm = "counterparty:91310000132600001C"
    office.do("counterparty.register", {"counterparty": firm, "name": "戊 公司"}, centre)
    assert [line.suggested for line in desk(office).lines] == [(firm,), (), ()]


def test_texts_are_for_finance_and_the_desk_is_for_finance_and_the_centre(office: Office) -> None:
    def caller(actor: str) -> Caller:
        return Caller(actor, "", state_of(office.connection, actor), DAY)

    centre = caller(office.hire(Role.CENTRE_STAFF, FIRST))
    clerk = caller(office.clerk)
    auditor = caller(office.hire(Role.INTERNAL_AUDITOR, FIRST))
    assert desk_of(centre, None) == FIRST
    assert not may_read(centre, Thing(Kind.TEXT, FIRST))
    assert may_read(clerk, Thing(Kind.TEXT, FIRST))
    assert not may_read(clerk, Thing(Kind.TEXT, SECOND))
    for who, wanted, code in (
        (auditor, None, Refused.ROLE_IS_MISSING),
        (clerk, SECOND, Refused.SUBJECT_IS_UNKNOWN),
    ):
        with pytest.raises(Refusal) as caught:
            desk_of(who, wanted)
        assert caught.value.code is code
    assert desk(office, with_texts=False).lines[0].payer is None


def test_forgotten_lines_are_gone_for_good_and_claimed_ones_stay(office: Office) -> None:
    oldest = desk(office).lines[-1]
    claim(office, oldest.receipt)
    assert forget_expired(office.connection, date(2022, 7, 1)) == 3
    assert [line.amount_fen for line in desk(office).lines] == [55_500]
    assert office.count("vault.bank_lines") == 2
    rows = office.connection.execute(READ, ([oldest.receipt],)).fetchall()
    assert office.home.vault.reveal(rows)[oldest.receipt]["payer"].text == "甲公司"
