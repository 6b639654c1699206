"""Around a deal: registration, review, checks, risks, exchange, and the exit from equity."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from ledger.assignments import AgreeAssignment
from ledger.checks import AssessRisk, CheckCounterparty
from ledger.deals import RegisterTechnologyContract, ReviewClauses
from ledger.equity import ContributeEquity, ExitEquity
from ledger.facts import (
    ContractSigned,
    CounterpartyChecked,
    Fact,
    NoticePosted,
    ObjectionRaised,
    OpenLicenseDeclared,
    PartnerAgreementSigned,
    TechnologyContractRegistered,
)
from ledger.listings import ListOnExchange, TradeListing
from ledger.money import Rate
from ledger.patents import LapsePatent
from ledger.refusals import Refusal, Refused
from ledger.replacements import need_sound_replacement
from ledger.service_contracts import SignContract
from tests.ledger.deal_desk import (
    ASSIGNMENT,
    FIRM,
    FIRST,
    FOREIGN_PATENT,
    INVENTION,
    MODEL,
    OTHER_FIRM,
    OTHER_UNIVERSITY,
    DealDesk,
    codes,
    license_of,
    ready,
    uuid,
)
from tests.ledger.examples import EXAMPLES

EQUITY, SERVICES, PARTNER = (f"{kind}:{uuid(60)}" for kind in ("equity", "contract", "partner"))
LISTING, CHECK, RISK = (f"{kind}:{uuid(61)}" for kind in ("listing", "check", "risk"))
SIGNED, BEFORE, AFTER = date(2023, 12, 1), date(2023, 11, 30), date(2023, 12, 2)


def dealt() -> DealDesk:
    """A desk with one deal of each kind, all signed on one day."""
    desk = ready()
    desk.tell(license_of(signed=SIGNED))
    sides: dict[str, Any] = {"counterparty": FIRM, "patents": (INVENTION,)}
    desk.tell(
        AgreeAssignment(
            assignment=ASSIGNMENT, contract_number="Z1", signed=SIGNED, price_fen=10, **sides
        )
    )
    desk.tell(
        ContributeEquity(
            equity=EQUITY,
            contract_number="G1",
            rights_count=1,
            amount_fen=100,
            share=Rate(numerator=1, denominator=5),
            on=SIGNED,
            **sides,
        )
    )
    desk.tell(
        SignContract(
            contract=SERVICES,
            kind="service",
            contract_number="F1",
            title="检测",
            counterparty=FIRM,
            signed=SIGNED,
            amount_fen=100,
        )
    )
    desk.put(
        PartnerAgreementSigned(
            partner=PARTNER,
            partner_class="commercial-bank",
            other_class=None,
            name="某银行",
            settles_ownership=True,
            settles_secrecy=True,
            signed=SIGNED,
            ends=None,
        )
    )
    return desk


# --- technology contracts


def registered(contract: str = FIRST, **changed: Any) -> RegisterTechnologyContract:
    usual: dict[str, Any] = {
        "contract": contract,
        "registration": "2023310001",
        "category": "license",
        "total_fen": 100,
        "technical_fen": 80,
        "on": AFTER,
    }
    return RegisterTechnologyContract(**{**usual, **changed})


@pytest.mark.parametrize(
    ("contract", "category"),
    [
        (FIRST, "license"),
        (ASSIGNMENT, "assignment"),
        (EQUITY, "assignment"),
        (EQUITY, "license"),
        (SERVICES, "service"),
    ],
)
def test_a_contract_is_registered_once_under_its_own_category(contract: str, category: Any) -> None:
    desk = dealt()
    assert codes(desk.tell(registered(contract, category=category))) == []
    refusal = desk.denies(
        Refused.CONTRACT_IS_REGISTERED_ALREADY, registered(contract, category=category)
    )
    assert refusal.values["registration"] == "2023310001"


@pytest.mark.parametrize(
    ("contract", "category"),
    [(FIRST, "assignment"), (SERVICES, "development"), (EQUITY, "service"), (PARTNER, "service")],
)
def test_a_category_that_the_contract_is_not_of_is_a_breach(contract: str, category: Any) -> None:
    told = dealt().tell(registered(contract, category=category))
    assert codes(told) == ["category-contradicts-contract"]


def test_a_registration_that_cannot_be_is_refused() -> None:
    desk = dealt()
    desk.denies(Refused.TECHNICAL_AMOUNT_EXCEEDS_TOTAL, registered(technical_fen=101))
    desk.denies(Refused.EVENT_PRECEDES_CONTRACT, registered(on=BEFORE))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, registered(f"license:{uuid(98)}"))
    for contract in (FIRST, EQUITY, PARTNER):
        desk.denies(Refused.SUBJECT_IS_UNKNOWN, registered(contract), institution=OTHER_UNIVERSITY)


# --- clauses, counterparties, risks


@pytest.mark.parametrize("contract", [FIRST, ASSIGNMENT, EQUITY, SERVICES, PARTNER])
def test_clauses_are_reviewed_by_the_day_of_signing(contract: str) -> None:
    desk = dealt()
    before = desk.state(contract)
    for day, expected in ((SIGNED, []), (AFTER, ["clauses-reviewed-after-signing"])):
        review = ReviewClauses(contract=contract, outcome="changes-asked", on=day)
        assert codes(desk.tell(review)) == expected
    assert desk.state(contract) == before


def checked(**changed: Any) -> CheckCounterparty:
    usual: dict[str, Any] = {
        "check": CHECK,
        "counterparty": FIRM,
        "matters": ("credit", "credit", "capability"),
        "outcome": "sound",
        "on": AFTER,
    }
    return CheckCounterparty(**{**usual, **changed})


def test_a_check_names_each_matter_once_and_precedes_the_contract_it_is_for() -> None:
    desk = dealt()
    (new,) = desk.tell(checked()).new
    assert isinstance(new.fact, CounterpartyChecked)
    assert new.fact.matters == ("credit", "capability")
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, checked())
    late = checked(check=f"check:{uuid(62)}", contract=FIRST)
    assert codes(desk.tell(late)) == ["counterparty-checked-after-signing"]
    timely = checked(check=f"check:{uuid(63)}", contract=PARTNER, on=SIGNED)
    assert codes(desk.tell(timely)) == []


def test_a_check_of_another_side_than_the_contracts_is_refused() -> None:
    desk = dealt()
    other = checked(counterparty=OTHER_FIRM, contract=FIRST)
    desk.denies(Refused.COUNTERPARTY_IS_NOT_THE_CONTRACTS, other)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, checked(counterparty=f"counterparty:{uuid(97)}"))


def assessed(*about: str) -> AssessRisk:
    return AssessRisk(risk=RISK, about=about, matter="侵权风险", level="high")


def test_a_risk_is_of_anything_known_and_changes_none_of_it() -> None:
    desk = dealt()
    about = (INVENTION, FIRST, EQUITY, SERVICES, FIRM)
    before = [desk.state(subject) for subject in about]
    desk.tell(assessed(*about, FIRST))
    assert [desk.state(subject) for subject in about] == before
    assert [len(desk.history(subject)) > 1 for subject in about] == [True] * 5
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, assessed(FIRST))


@pytest.mark.parametrize("about", [FOREIGN_PATENT, f"license:{uuid(98)}", f"unheard-of:{uuid(1)}"])
def test_a_risk_of_what_is_unknown_or_another_institutions_is_refused(about: str) -> None:
    command = assessed(INVENTION).model_copy(update={"about": (INVENTION, about)})
    dealt().denies(Refused.SUBJECT_IS_UNKNOWN, command)


# --- exchange


def listed(*patents: str, **changed: Any) -> ListOnExchange:
    usual: dict[str, Any] = {"listing": LISTING, "exchange": "某交易所", "on": BEFORE}
    return ListOnExchange(patents=patents or (INVENTION,), **{**usual, **changed})


def test_a_listing_is_of_ones_own_living_patents() -> None:
    desk = dealt()
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, listed(FOREIGN_PATENT))
    desk.tell(LapsePatent(patent=MODEL, cause="unpaid-annuity", on=date(2023, 9, 1)))
    assert codes(desk.tell(listed(MODEL))) == ["right-is-not-in-force"]
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, listed())


def test_a_trade_is_of_a_contract_about_some_of_what_was_listed() -> None:
    desk = dealt()
    desk.tell(listed())
    trade = TradeListing(listing=LISTING, contract=FIRST, on=SIGNED)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, trade, institution=OTHER_UNIVERSITY)
    desk.denies(
        Refused.END_MUST_NOT_PRECEDE_START, trade.model_copy(update={"on": date(2023, 11, 29)})
    )
    desk.denies(Refused.PATENT_IS_NOT_IN_CONTRACT, TradeListing(listing=LISTING, contract=SERVICES))
    assert codes(desk.tell(trade)) == []
    both, other = f"listing:{uuid(64)}", f"listing:{uuid(65)}"
    desk.tell(listed(INVENTION, MODEL, listing=both))
    assert codes(desk.tell(TradeListing(listing=both, contract=FIRST))) == []
    desk.tell(listed(MODEL, listing=other))
    desk.denies(Refused.PATENT_IS_NOT_IN_CONTRACT, TradeListing(listing=other, contract=FIRST))


# --- exit from equity


def left(numerator: int, denominator: int, **changed: Any) -> ExitEquity:
    share = Rate(numerator=numerator, denominator=denominator)
    return ExitEquity(equity=EQUITY, share=share, proceeds_fen=500, on=AFTER, **changed)


def whole(desk: DealDesk) -> list[bool]:
    return [getattr(seen.fact, "whole", False) for seen in desk.history(EQUITY)[1:]]


def test_shares_are_given_up_in_exact_parts_until_none_is_left() -> None:
    desk = dealt()
    desk.tell(left(1, 15))
    desk.tell(left(1, 15))
    assert desk.state(EQUITY).held == Fraction(1, 15)
    desk.denies(Refused.SHARE_EXCEEDS_WHAT_IS_HELD, left(2, 29))
    desk.tell(left(1, 15))
    assert whole(desk) == [False, False, True]
    desk.denies(Refused.SHARE_EXCEEDS_WHAT_IS_HELD, left(1, 10**15))


def test_all_that_a_later_round_left_of_a_share_can_be_given_up() -> None:
    desk = dealt()
    desk.tell(left(1, 8, whole=True))
    assert (desk.state(EQUITY).held, whole(desk)) == (0, [True])


def test_an_exit_before_the_contribution_or_of_anothers_shares_is_refused() -> None:
    desk = dealt()
    early = left(1, 15).model_copy(update={"on": BEFORE})
    desk.denies(Refused.EVENT_PRECEDES_CONTRACT, early)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, left(1, 15), institution=OTHER_UNIVERSITY)


# --- corrections


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        (ContractSigned, {"amount_fen": 1}, Refused.INSTALMENTS_DO_NOT_SUM_TO_PRICE),
        (
            TechnologyContractRegistered,
            {"technical_fen": 3_000_001},
            Refused.TECHNICAL_AMOUNT_EXCEEDS_TOTAL,
        ),
        (NoticePosted, {"ends": BEFORE}, Refused.END_MUST_NOT_PRECEDE_START),
        (ObjectionRaised, {"number": 2}, Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD),
        (OpenLicenseDeclared, {"payment": "free"}, Refused.FREE_LICENSE_HAS_FEES),
    ],
)
def test_a_replacement_contradicts_itself_no_more_than_its_command_could(
    kind: type[Fact], changes: dict[str, Any], code: Refused
) -> None:
    before = next(fact for fact in EXAMPLES if type(fact) is kind)
    need_sound_replacement(before, before)
    with pytest.raises(Refusal) as caught:
        need_sound_replacement(before, before.model_copy(update=changes))
    assert caught.value.code is code
