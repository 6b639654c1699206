"""Counterparties: identified once for all institutions, sized by the table on a day."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from ledger.counterparties import (
    DeclareSize,
    RegisterCounterparty,
    RegisterIndividual,
    VerifySize,
)
from ledger.counterparty_sizes import SIZE_POLICY
from ledger.facts import CounterpartyRegistered, CounterpartySizeVerified
from ledger.identifiers import IdentifierKind, body_code_fits, credit_code_check
from ledger.policies.sme_2011 import Industry, Size
from ledger.refusals import Refused
from tests.ledger.deal_desk import BUREAU, FIRM, TODAY, codes, opened, ready, uuid

CODE = FIRM.removeprefix("counterparty:")
FRESH = f"counterparty:{uuid(60)}"


@pytest.mark.parametrize(
    "given",
    [
        {"counterparty": CODE},
        {"counterparty": FIRM},
        {"counterparty": f" {CODE.lower()} "},
        {"counterparty": FRESH, "code": CODE.lower()},
    ],
)
def test_a_firm_is_known_by_its_credit_code_however_it_is_written(given: dict[str, Any]) -> None:
    desk = opened()
    desk.tell(RegisterCounterparty(name="某公司", **given))
    fact = desk.facts[-1].fact
    assert isinstance(fact, CounterpartyRegistered)
    assert (fact.counterparty, fact.code, fact.body_code_fits) == (FIRM, CODE, True)
    assert desk.facts[-1].institution == BUREAU
    desk.denies(
        Refused.SUBJECT_EXISTS_ALREADY, RegisterCounterparty(counterparty=FIRM, name="某公司")
    )


def test_a_wrong_check_character_never_gets_in() -> None:
    with pytest.raises(ValidationError, match="credit code check is wrong"):
        RegisterCounterparty(counterparty=CODE[:-1] + "2", name="某公司")
    wrong = RegisterCounterparty(counterparty=FRESH, code=CODE[:-1] + "2", name="某公司")
    refusal = opened().denies(Refused.IDENTIFIER_IS_WRONG, wrong)
    assert refusal.values["expected"] == "1"


def test_code_and_id_must_agree_and_one_of_them_is_needed() -> None:
    desk = opened()
    other = RegisterCounterparty(counterparty=FIRM, code="91350100M000100Y43", name="某公司")
    desk.denies(Refused.CODE_CONTRADICTS_ID, other)
    none = RegisterCounterparty(counterparty=FRESH, name="某公司")
    desk.denies(Refused.IDENTIFIER_IS_MISSING, none)


def test_an_old_organisation_code_is_a_breach_not_a_refusal() -> None:
    desk = opened()
    code = "91310112MA1GD00051"
    code = code[:17] + credit_code_check(code[:17])
    assert not body_code_fits(code)
    decision = desk.tell(RegisterCounterparty(counterparty=code, name="某公司"))
    assert codes(decision) == ["organisation-code-check-fails"]


def test_a_foreign_body_keeps_its_register_number_under_a_uuid() -> None:
    desk = opened()
    command = RegisterCounterparty(
        counterparty=FRESH,
        identifier_kind=IdentifierKind.FOREIGN_REGISTER,
        code="de-hrb 12345",
        name="GmbH",
    )
    desk.tell(command)
    fact = desk.facts[-1].fact
    assert isinstance(fact, CounterpartyRegistered)
    assert (fact.counterparty, fact.code, fact.body_code_fits) == (FRESH, "DE-HRB12345", None)


def test_an_individual_leaves_commitments_only() -> None:
    desk = opened()
    fixed = {"name": "a" * 64, "code": "b" * 64}
    desk.tell(RegisterIndividual(counterparty=FRESH, name="王五", code="31"), commitments=fixed)
    fact = desk.facts[-1].fact
    assert isinstance(fact, CounterpartyRegistered)
    assert (fact.name, fact.code) == (None, None)
    assert (fact.name_commitment, fact.code_commitment) == ("a" * 64, "b" * 64)
    as_firm = RegisterCounterparty(
        counterparty=FRESH, identifier_kind=IdentifierKind.INDIVIDUAL, name="王五"
    )
    desk.denies(Refused.IDENTIFIER_KIND_DOES_NOT_SUIT, as_firm)
    by_code = RegisterIndividual(counterparty=FIRM, name="王五")
    desk.denies(Refused.IDENTIFIER_KIND_DOES_NOT_SUIT, by_code, commitments=fixed)


def verify(**changed: Any) -> VerifySize:
    usual: dict[str, Any] = {
        "counterparty": FIRM,
        "industry": Industry.INDUSTRY,
        "employees": 300,
        "revenue_fen": 2000 * 1_000_000,
        "year": 2021,
        "basis": "platform",
        "on": date(2022, 5, 1),
    }
    return VerifySize(**{**usual, **changed})


def test_a_size_follows_from_the_table_and_names_its_version() -> None:
    desk = ready()
    desk.tell(verify(), institution=BUREAU)
    fact = desk.facts[-1].fact
    assert isinstance(fact, CounterpartySizeVerified)
    assert (fact.size, fact.policy, fact.policy_version) == (Size.MEDIUM, SIZE_POLICY, 1)
    desk.tell(verify(employees=299, on=date(2022, 6, 1)), institution=BUREAU)
    assert desk.state(FIRM).verified[-1].size is Size.SMALL


def test_the_size_on_a_day_is_the_newest_that_holds_by_then() -> None:
    desk = ready()
    desk.tell(verify(on=date(2023, 5, 1), employees=5), institution=BUREAU)
    desk.tell(verify(), institution=BUREAU)
    firm = desk.state(FIRM)
    assert firm.size_on(date(2022, 4, 30)) is None
    assert firm.size_on(date(2022, 5, 1)).size is Size.MEDIUM
    assert firm.size_on(date(2023, 5, 1)).size is Size.MICRO
    corrected = verify(employees=2000, revenue_fen=50000 * 1_000_000, on=date(2023, 5, 1))
    desk.tell(corrected, institution=BUREAU)
    assert desk.state(FIRM).size_on(TODAY).size is Size.LARGE


def test_a_declared_size_is_kept_apart_from_a_verified_one() -> None:
    desk = ready()
    desk.tell(DeclareSize(counterparty=FIRM, size=Size.SMALL, year=2022, on=date(2023, 1, 9)))
    firm = desk.state(FIRM)
    assert firm.size_on(TODAY) is None
    assert firm.declared_on(TODAY).size is Size.SMALL
    assert firm.declared_on(date(2023, 1, 8)) is None


def test_a_body_without_industry_cannot_be_classified() -> None:
    desk = ready()
    desk.tell(verify(industry=None), institution=BUREAU)
    assert desk.state(FIRM).size_on(TODAY).size is Size.NOT_CLASSIFIABLE


def test_missing_figures_years_ahead_and_strangers_are_refused() -> None:
    desk = ready()
    desk.denies(Refused.SIZE_CANNOT_BE_TOLD, verify(revenue_fen=None), institution=BUREAU)
    desk.denies(Refused.MEASURED_YEAR_LIES_AHEAD, verify(year=2023), institution=BUREAU)
    stranger = verify(counterparty=FRESH)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, stranger, institution=BUREAU)


def test_a_size_needs_the_adopted_table() -> None:
    desk = ready()
    desk.histories.pop(SIZE_POLICY)
    desk.denies(Refused.POLICY_IS_NOT_ADOPTED, verify(), institution=BUREAU)
