"""Accounts and bank files: counted, summed, taken in once, and nobody else's business."""

from datetime import date

import pytest
from pydantic import ValidationError

from ledger.accounts import ImportStatement, RegisterAccount
from ledger.facts import AccountRegistered, StatementImported
from ledger.refusals import Refused
from tests.ledger.cash_given import (
    ACCOUNT,
    COMMITMENTS,
    FOREIGN_ACCOUNT,
    OTHER_UNIVERSITY,
    STATEMENT,
    UNIVERSITY,
    CashDesk,
    cash_desk,
    open_desk,
    statement,
    uuid,
)

NEXT_STATEMENT = f"statement:{uuid(21)}"


@pytest.fixture
def desk() -> CashDesk:
    return cash_desk()


def register(account: str = ACCOUNT) -> RegisterAccount:
    return RegisterAccount(account=account, bank="工商银行", holder="institution", number="6222")


def test_the_number_of_an_account_leaves_a_commitment_only() -> None:
    desk = open_desk()
    (new,) = desk.tell(register()).new
    assert isinstance(new.fact, AccountRegistered)
    assert new.fact.number_commitment == COMMITMENTS["number"]
    assert "6222" not in new.fact.model_dump_json()
    assert desk.state(ACCOUNT).institution == UNIVERSITY


def test_an_account_is_registered_once(desk: CashDesk) -> None:
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, register())


def test_a_bank_file_leaves_its_counts_sums_and_hash(desk: CashDesk) -> None:
    (new,) = desk.tell(statement(NEXT_STATEMENT, imports_seen=1)).new
    assert isinstance(new.fact, StatementImported)
    assert (new.fact.accepted, new.fact.credit_fen, new.fact.debit_fen) == (3, 300_000, 0)
    assert new.fact.effective == date(2022, 6, 30)
    assert [(ref.subject, ref.sequence) for ref in new.rests_on] == [(ACCOUNT, 1)]
    assert desk.state(ACCOUNT).imports == 2
    assert desk.state(NEXT_STATEMENT).account == ACCOUNT


def test_lines_compared_before_another_import_are_compared_again(desk: CashDesk) -> None:
    refusal = desk.denies(
        Refused.STATEMENT_WAS_COMPARED_WITH_OLDER_LINES, statement(NEXT_STATEMENT, imports_seen=0)
    )
    assert refusal.values == {"account": ACCOUNT, "imports": 1, "imports_seen": 0}


def test_a_statement_id_is_used_once(desk: CashDesk) -> None:
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, statement(STATEMENT, imports_seen=1))


def test_a_file_of_known_lines_leaves_no_fact(desk: CashDesk) -> None:
    stale = statement(NEXT_STATEMENT, imports_seen=1).model_copy(
        update={"accepted": 0, "duplicates": 3}
    )
    desk.denies(Refused.STATEMENT_HAS_NO_NEW_LINES, stale)


def test_the_last_day_of_a_file_does_not_precede_the_first(desk: CashDesk) -> None:
    backwards = statement(NEXT_STATEMENT, imports_seen=1).model_copy(
        update={"last_day": date(2022, 5, 31)}
    )
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, backwards)


def test_sums_are_not_negative() -> None:
    body = statement(NEXT_STATEMENT, imports_seen=1).model_dump() | {"debit_fen": -1}
    with pytest.raises(ValidationError):
        ImportStatement.model_validate(body)


def test_an_account_of_another_institution_is_unknown(desk: CashDesk) -> None:
    desk.tell(register(FOREIGN_ACCOUNT), institution=OTHER_UNIVERSITY)
    foreign = statement(NEXT_STATEMENT, 0, FOREIGN_ACCOUNT)
    missing = statement(NEXT_STATEMENT, 0, f"account:{uuid(99)}")
    for command in (foreign, missing):
        refusal = desk.denies(Refused.SUBJECT_IS_UNKNOWN, command)
        assert refusal.values == {"subject": command.account}
