"""Corrections: by another person, of what was reported, and never pulling the ground from facts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.actors import Role
from ledger.allocations import DeallocateReceipt
from ledger.case import New, Ref
from ledger.contracts import ScheduleInstalment
from ledger.corrections import CorrectFact, VoidFact
from ledger.facts import (
    CounterpartyRegistered,
    CounterpartySizeVerified,
    FactVoided,
    ReceiptClaimed,
)
from ledger.identifiers import IdentifierKind
from ledger.patents import FilePatent
from ledger.policies.sme_2011 import Size
from ledger.proposals import RegisterActor
from ledger.receipt_state import need_covered
from ledger.refunds import RecordBankFee, RefundReceipt, ReverseReceipt
from ledger.refusals import Refusal, Refused
from tests.ledger.cash_given import (
    ADMINISTRATOR,
    APPROVER,
    BUREAU,
    CLERK,
    FOREIGN_LICENSE,
    LICENSE,
    LICENSEE,
    OTHER_UNIVERSITY,
    RECEIPT,
    SECOND_LICENSE,
    SECOND_RECEIPT,
    STAFF,
    STATEMENT,
    UNIVERSITY,
    CashDesk,
    allocate,
    appoint,
    cash_desk,
    claim,
    grant,
    put_into_a_claim,
    take_back,
    uuid,
)

FOREIGN_PATENT = "patent:95115608X"
OFFICIAL = f"actor:{uuid(9)}"


@pytest.fixture
def desk() -> CashDesk:
    """1,000.00 yuan claimed, nothing allocated."""
    desk = cash_desk()
    desk.tell(claim())
    return desk


def position_of(desk: CashDesk, kind: str) -> int:
    """Where the last fact of a type stands."""
    found = [seen.position for seen in desk.facts if kind == seen.fact.TOPIC]
    assert found[-1] is not None
    return found[-1]


def named(desk: CashDesk, position: int) -> dict[str, Any]:
    return {"position": position, "leaf": desk.facts[position].leaf, "reason": "录入有误"}


def void(desk: CashDesk, kind: str) -> VoidFact:
    return VoidFact(**named(desk, position_of(desk, kind)))


def correct(desk: CashDesk, kind: str, /, **changes: Any) -> CorrectFact:
    """The correction of the last fact of a type in some of its fields."""
    position = position_of(desk, kind)
    payload = desk.facts[position].fact.model_dump(mode="json") | changes
    return CorrectFact(**named(desk, position), replacement=payload)


# --- voiding


def test_a_void_touches_every_chain_of_the_voided_fact(desk: CashDesk) -> None:
    (new,) = desk.tell(void(desk, "receipt-claimed.v1"), APPROVER).new
    assert isinstance(new.fact, FactVoided)
    assert new.subjects() == (RECEIPT, STATEMENT)
    assert not desk.receipt().known
    assert desk.receipt().free_fen == 0


def test_a_voided_line_can_be_claimed_again(desk: CashDesk) -> None:
    desk.tell(void(desk, "receipt-claimed.v1"), APPROVER)
    desk.tell(claim(amount_fen=90_000))
    assert desk.receipt().amount_fen == 90_000
    assert desk.receipt().claimed == 3


def test_a_correction_needs_a_reason(desk: CashDesk) -> None:
    silent = void(desk, "receipt-claimed.v1").model_copy(update={"reason": None})
    desk.denies(Refused.REASON_IS_NEEDED, silent, actor=APPROVER)


def test_a_correction_names_a_fact_and_its_hash(desk: CashDesk) -> None:
    right = void(desk, "receipt-claimed.v1")
    nowhere = right.model_copy(update={"position": 9_999})
    other_leaf = right.model_copy(update={"leaf": "0" * 64})
    desk.denies(Refused.POSITION_IS_UNKNOWN, nowhere, actor=APPROVER)
    desk.denies(Refused.LEAF_DOES_NOT_MATCH, other_leaf, actor=APPROVER)


def test_a_fact_is_voided_once(desk: CashDesk) -> None:
    command = void(desk, "receipt-claimed.v1")
    desk.tell(command, APPROVER)
    desk.denies(Refused.FACT_IS_VOIDED_ALREADY, command, actor=APPROVER)


def test_decisions_and_voids_are_not_voided(desk: CashDesk) -> None:
    desk.tell(allocate(60_000))
    for kind in ("receipt-allocated.v1", "statement-imported.v1"):
        desk.denies(Refused.FACT_IS_A_DECISION, void(desk, kind), actor=APPROVER)
    desk.tell(RefundReceipt(receipt=RECEIPT, amount_fen=1), APPROVER)
    desk.tell(void(desk, "receipt-refunded.v1"), CLERK)
    desk.denies(Refused.FACT_IS_A_DECISION, void(desk, "fact-voided.v1"), actor=APPROVER)


def test_whoever_recorded_a_fact_does_not_correct_it(desk: CashDesk) -> None:
    for command in (void(desk, "receipt-claimed.v1"), correct(desk, "receipt-claimed.v1")):
        refusal = desk.denies(Refused.ANOTHER_PERSON_MUST_DO_THIS, command, actor=CLERK)
        assert refusal.values == {"done": "receipt-claimed.v1"}


def test_another_institution_sees_nothing_to_correct(desk: CashDesk) -> None:
    command = void(desk, "receipt-claimed.v1")
    desk.denies(Refused.POSITION_IS_UNKNOWN, command, actor=APPROVER, institution=OTHER_UNIVERSITY)


def test_the_bureau_corrects_for_all_and_the_fact_stays_the_universitys(desk: CashDesk) -> None:
    desk.tell(RegisterActor(actor=OFFICIAL, person=f"person:{uuid(9)}"), ADMINISTRATOR)
    appoint(desk, OFFICIAL, Role.BUREAU_APPROVER)
    command = correct(desk, "receipt-claimed.v1", amount_fen=90_000)
    desk.tell(command, OFFICIAL, institution=BUREAU)
    assert desk.receipt().institution == UNIVERSITY
    assert [seen.institution for seen in desk.facts[-2:]] == [UNIVERSITY, UNIVERSITY]


# --- what rests on a fact


def test_a_fact_is_not_voided_under_what_rests_on_it(desk: CashDesk) -> None:
    desk.tell(allocate(60_000))
    allocation = position_of(desk, "receipt-allocated.v1")
    for kind, who in (("receipt-claimed.v1", APPROVER), ("license-granted.v1", APPROVER)):
        first = next(seen for seen in desk.facts if kind == seen.fact.TOPIC)
        command = VoidFact(**named(desk, first.position or 0))
        refusal = desk.denies(Refused.LIVE_FACTS_REST_ON_IT, command, actor=who)
        assert allocation in refusal.values["resting"]


def test_an_instalment_scheduled_later_is_not_voided_under_its_money(desk: CashDesk) -> None:
    further = ScheduleInstalment(
        contract=LICENSE, due=date(2022, 8, 1), amount_fen=20_000, purpose="royalty"
    )
    desk.tell(further)
    (new,) = desk.tell(allocate(20_000, instalment=3, purpose="royalty")).new
    assert new.rests_on == (Ref(RECEIPT, 1), Ref(LICENSE, 1), Ref(LICENSE, 2))
    desk.denies(Refused.LIVE_FACTS_REST_ON_IT, void(desk, "instalment-scheduled.v1"), APPROVER)


def test_what_rested_on_a_fact_rests_on_its_replacement(desk: CashDesk) -> None:
    desk.tell(allocate(60_000))
    desk.tell(correct(desk, "receipt-claimed.v1", amount_fen=90_000), APPROVER)
    again = correct(desk, "receipt-claimed.v1", amount_fen=80_000)
    desk.tell(again, STAFF)
    for actor in (CLERK, APPROVER):
        refusal = desk.denies(
            Refused.LIVE_FACTS_REST_ON_IT, void(desk, "receipt-claimed.v1"), actor=actor
        )
        assert refusal.values["resting"] == [position_of(desk, "receipt-allocated.v1")]


def test_a_voided_dependant_no_longer_holds_a_fact(desk: CashDesk) -> None:
    desk.tell(RefundReceipt(receipt=RECEIPT, amount_fen=100), APPROVER)
    desk.denies(Refused.LIVE_FACTS_REST_ON_IT, void(desk, "receipt-claimed.v1"), actor=APPROVER)
    desk.tell(void(desk, "receipt-refunded.v1"), CLERK)
    desk.tell(void(desk, "receipt-claimed.v1"), APPROVER)
    assert not desk.receipt().known


def test_a_voided_reversal_gives_the_money_back(desk: CashDesk) -> None:
    desk.tell(allocate(60_000))
    desk.tell(ReverseReceipt(receipt=RECEIPT), APPROVER)
    desk.tell(void(desk, "receipt-reversed.v1"), CLERK)
    assert (desk.receipt().allocated_fen, desk.receipt().free_fen) == (60_000, 40_000)
    assert desk.settled_fen() == 60_000


# --- replacing


def test_a_replacement_stands_where_the_voided_fact_stood(desk: CashDesk) -> None:
    desk.tell(allocate(60_000))
    decision = desk.tell(correct(desk, "receipt-claimed.v1", value_date="2022-06-12"), APPROVER)
    voided, replacement = decision.new
    assert isinstance(voided.fact, FactVoided)
    assert isinstance(replacement.fact, ReceiptClaimed)
    assert replacement.replaces == voided.fact.voided
    assert replacement.rests_on == (Ref(STATEMENT, 1),)
    assert desk.receipt().value_date == date(2022, 6, 12)
    assert desk.receipt().allocated_fen == 60_000


def test_a_replacement_that_no_longer_covers_what_was_allocated_is_accepted(
    desk: CashDesk,
) -> None:
    desk.tell(allocate(60_000))
    desk.tell(correct(desk, "receipt-claimed.v1", amount_fen=50_000), APPROVER)
    assert desk.receipt().free_fen == -10_000
    desk.denies(Refused.MORE_THAN_IS_THERE, allocate(1, instalment=2))
    desk.tell(
        DeallocateReceipt(receipt=RECEIPT, number=1, amount_fen=10_000, reason="更正"), APPROVER
    )
    assert desk.receipt().free_fen == 0


def test_a_replacement_can_be_corrected_in_its_turn(desk: CashDesk) -> None:
    desk.tell(correct(desk, "receipt-claimed.v1", amount_fen=90_000), APPROVER)
    desk.tell(correct(desk, "receipt-claimed.v1", amount_fen=80_000), STAFF)
    assert desk.receipt().amount_fen == 80_000
    assert len(desk.history(RECEIPT)) == len(desk.history(STATEMENT)) - 1 == 5


def test_a_replacement_keeps_the_subject(desk: CashDesk) -> None:
    command = correct(desk, "receipt-claimed.v1", receipt=SECOND_RECEIPT)
    refusal = desk.denies(Refused.REPLACEMENT_HAS_ANOTHER_SUBJECT, command, actor=APPROVER)
    assert refusal.values == {"subject": SECOND_RECEIPT, "voided_subject": RECEIPT}


def test_a_replacement_keeps_what_the_vault_opens(desk: CashDesk) -> None:
    command = correct(desk, "receipt-claimed.v1", payer_commitment="e" * 64)
    refusal = desk.denies(Refused.REPLACEMENT_CHANGES_A_COMMITMENT, command, actor=APPROVER)
    assert refusal.values == {"field": "payer_commitment"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": "100"}, "replacement.amount_fen"),
        ({"amount_fen": 0}, "replacement.amount_fen"),
        ({"amount_fen": 2**70}, "replacement.amount_fen"),
        ({"amount_fen": 100.0}, "replacement"),
        ({"value_date": "12.6.2022"}, "replacement.value_date"),
        ({"surplus": 1}, "replacement.surplus"),
        ({"payer": [{"deep": 1.5}]}, "replacement"),
    ],
)
def test_a_replacement_has_the_form_of_its_type(
    desk: CashDesk, changes: dict[str, Any], field: str
) -> None:
    command = correct(desk, "receipt-claimed.v1", **changes)
    refusal = desk.denies(Refused.COMMAND_IS_MALFORMED, command, actor=APPROVER)
    assert [error["field"] for error in refusal.values["errors"]] == [field]


def test_a_replacement_brings_in_no_subject_of_others(desk: CashDesk) -> None:
    desk.tell(RecordBankFee(receipt=RECEIPT, contract=LICENSE, instalment=1, fee_fen=500))
    unknown = correct(desk, "bank-fee-recorded.v1", contract=f"license:{uuid(99)}")
    refusal = desk.denies(Refused.SUBJECT_IS_UNKNOWN, unknown, actor=APPROVER)
    assert refusal.values == {"subject": f"license:{uuid(99)}"}


def test_a_replacement_does_not_reach_into_another_institutions_contracts(
    desk: CashDesk,
) -> None:
    theirs = grant(FOREIGN_LICENSE, 1_000).model_copy(update={"patents": (FOREIGN_PATENT,)})
    filing = FilePatent(patent=FOREIGN_PATENT, title="发明", filed=date(2022, 1, 5))
    for command in (filing, theirs):
        desk.tell(command, STAFF, institution=OTHER_UNIVERSITY)
    desk.tell(RecordBankFee(receipt=RECEIPT, contract=LICENSE, instalment=1, fee_fen=500))
    reaching = correct(desk, "bank-fee-recorded.v1", contract=FOREIGN_LICENSE)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, reaching, APPROVER)


def test_a_replacement_rests_on_the_subject_it_brings_in(desk: CashDesk) -> None:
    desk.tell(RecordBankFee(receipt=RECEIPT, contract=LICENSE, instalment=1, fee_fen=500))
    desk.tell(correct(desk, "bank-fee-recorded.v1", contract=SECOND_LICENSE), APPROVER)
    second = void(desk, "license-granted.v1")
    assert desk.facts[second.position].fact.subjects()[0] == SECOND_LICENSE
    refusal = desk.denies(Refused.LIVE_FACTS_REST_ON_IT, second, APPROVER)
    assert refusal.values["resting"] == [position_of(desk, "bank-fee-recorded.v1")]


def test_a_replacement_about_another_contract_leaves_the_first(desk: CashDesk) -> None:
    desk.tell(RecordBankFee(receipt=RECEIPT, contract=LICENSE, instalment=1, fee_fen=500))
    desk.tell(correct(desk, "bank-fee-recorded.v1", contract=SECOND_LICENSE), APPROVER)
    assert desk.settled_fen(LICENSE) == 0
    assert desk.settled_fen(SECOND_LICENSE) == 500


def test_a_replacement_counts_on_a_chain_that_holds_other_voids(desk: CashDesk) -> None:
    desk.tell(RecordBankFee(receipt=RECEIPT, contract=SECOND_LICENSE, instalment=1, fee_fen=70))
    desk.tell(void(desk, "bank-fee-recorded.v1"), APPROVER)
    desk.tell(RecordBankFee(receipt=RECEIPT, contract=LICENSE, instalment=1, fee_fen=500))
    desk.tell(correct(desk, "bank-fee-recorded.v1", contract=SECOND_LICENSE), APPROVER)
    assert desk.settled_fen(LICENSE) == 0
    assert desk.settled_fen(SECOND_LICENSE) == 500


# --- what a replacement cannot say


def test_what_a_reversal_was_reckoned_from_is_corrected_after_the_reversal(desk: CashDesk) -> None:
    desk.tell(allocate(60_000))
    desk.tell(RefundReceipt(receipt=RECEIPT, number=1, amount_fen=10_000), APPROVER)
    desk.tell(ReverseReceipt(receipt=RECEIPT), APPROVER)
    refund, claimed = void(desk, "receipt-refunded.v1"), correct(desk, "receipt-claimed.v1")
    desk.denies(Refused.RECEIPT_IS_REVERSED, refund)
    desk.denies(Refused.RECEIPT_IS_REVERSED, claimed, APPROVER)
    assert desk.settled_fen() == desk.state(LICENSE).schedule.received_fen == 0
    desk.tell(void(desk, "receipt-reversed.v1"))
    desk.tell(refund)
    assert desk.settled_fen() == desk.receipt().allocated_fen == 60_000


def test_a_corrected_reversal_undoes_what_it_undid(desk: CashDesk) -> None:
    desk.tell(allocate(60_000))
    desk.tell(ReverseReceipt(receipt=RECEIPT), APPROVER)
    changes: tuple[dict[str, Any], ...] = ({"undone": []}, {"amount_fen": 1})
    for change in changes:
        command = correct(desk, "receipt-reversed.v1", **change)
        desk.denies(Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD, command)
    desk.tell(correct(desk, "receipt-reversed.v1", on="2022-08-01"))
    assert desk.settled_fen() == desk.receipt().allocated_fen == 0


def test_a_corrected_refund_keeps_its_allocation_and_takes_no_more_than_was_there(
    desk: CashDesk,
) -> None:
    desk.tell(allocate(60_000))
    desk.tell(RefundReceipt(receipt=RECEIPT, number=1, amount_fen=10_000), APPROVER)
    elsewhere = correct(desk, "receipt-refunded.v1", contract=SECOND_LICENSE)
    desk.denies(Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD, elsewhere)
    refusal = desk.denies(
        Refused.MORE_THAN_IS_THERE, correct(desk, "receipt-refunded.v1", amount_fen=60_001)
    )
    assert refusal.values["there_fen"] == 60_000
    desk.tell(correct(desk, "receipt-refunded.v1", amount_fen=60_000))
    assert desk.receipt().allocations[1].received_fen == 0


def test_no_reward_is_claimed_on_money_that_a_correction_took_away(desk: CashDesk) -> None:
    desk.tell(allocate(60_000))
    put_into_a_claim(desk, RECEIPT)
    desk.denies(Refused.ALLOCATION_IS_IN_A_CLAIM, take_back(10_000), actor=APPROVER)
    desk.tell(correct(desk, "receipt-claimed.v1", amount_fen=50_000), APPROVER)
    refusal = caught(lambda: need_covered(desk.receipt()))
    assert refusal.code is Refused.RECEIPT_IS_OVERALLOCATED
    assert refusal.values == {"receipt": RECEIPT, "over_fen": 10_000}
    desk.denies(Refused.ALLOCATION_IS_IN_A_CLAIM, take_back(10_001), actor=APPROVER)
    desk.tell(take_back(10_000), APPROVER)
    need_covered(desk.receipt())
    assert desk.receipt().allocated_fen == 50_000


def caught(call: Callable[[], None]) -> Refusal:
    """The refusal that a call ends in."""
    with pytest.raises(Refusal) as raised:
        call()
    return raised.value


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("patent-filed.v2", {"kind": "design"}, Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD),
        ("license-granted.v1", {"starts": "2022-03-02"}, Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD),
        ("counterparty-registered.v1", {"code": "x"}, Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD),
    ],
)
def test_a_replacement_does_not_contradict_itself(
    desk: CashDesk, kind: str, changes: dict[str, Any], code: Refused
) -> None:
    institution = BUREAU if kind.startswith("counterparty") else UNIVERSITY
    desk.denies(code, correct(desk, kind, **changes), APPROVER, institution)


def test_a_corrected_license_has_sound_terms(desk: CashDesk) -> None:
    granted = desk.facts[position_of(desk, "license-granted.v1")].fact.model_dump(mode="json")
    terms = granted["terms"] | {"ends": "2022-02-01"}
    command = correct(desk, "license-granted.v1", terms=terms)
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, command, APPROVER)


def test_a_correction_never_writes_an_individuals_name_into_the_log() -> None:
    desk = cash_desk()
    individual = f"counterparty:{uuid(70)}"
    now = desk.facts[-1].recorded_at
    fact = CounterpartyRegistered(
        counterparty=individual, identifier_kind=IdentifierKind.INDIVIDUAL, code=None,
        code_commitment=None, name=None, name_commitment="0" * 64, body_code_fits=None,
        on=date(2022, 1, 1),
    )  # fmt: skip
    desk._record(New(fact), CLERK, BUREAU, now)
    for change in ({"name": "张三"}, {"code": "310"}, {"identifier_kind": "foreign-register"}):
        command = correct(desk, "counterparty-registered.v1", **change)
        desk.denies(Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD, command, APPROVER, BUREAU)


def test_a_corrected_size_follows_from_its_figures() -> None:
    desk = cash_desk()
    fact = CounterpartySizeVerified(
        counterparty=LICENSEE, industry="industry", employees=50, revenue_fen=10_000_000_000,
        assets_fen=None, size=Size.SMALL, year=2021, basis="platform", controlled_by_large=False,
        policy="policy:sme-size", policy_version=1, on=date(2022, 1, 1),
    )  # fmt: skip
    desk._record(New(fact), CLERK, BUREAU, desk.facts[-1].recorded_at)
    for change in ({"size": "micro"}, {"industry": "magic"}, {"policy_version": 2}):
        command = correct(desk, "counterparty-size-verified.v1", **change)
        desk.denies(Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD, command, APPROVER, BUREAU)
    micro = correct(desk, "counterparty-size-verified.v1", employees=5, size="micro")
    desk.tell(micro, APPROVER, BUREAU)


def test_a_bureau_clerk_with_a_post_at_a_university_corrects_only_there(desk: CashDesk) -> None:
    desk.tell(RegisterActor(actor=OFFICIAL, person=f"person:{uuid(9)}"), ADMINISTRATOR)
    appoint(desk, OFFICIAL, Role.BUREAU_CLERK)
    appoint(desk, OFFICIAL, Role.CENTRE_REVIEWER, OTHER_UNIVERSITY)
    command = void(desk, "receipt-claimed.v1")
    desk.denies(Refused.POSITION_IS_UNKNOWN, command, OFFICIAL, institution=OTHER_UNIVERSITY)


# --- whatever is corrected, in whatever order


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(st.none() | st.integers(min_value=1, max_value=200_000), max_size=6))
def test_the_last_word_on_a_receipt_counts(words: list[int | None]) -> None:
    """None voids what stands (and the line is claimed again), a number corrects the amount."""
    desk = cash_desk()
    desk.tell(claim())
    expected_fen, people = 100_000, [STAFF, APPROVER]
    for turn, amount_fen in enumerate(words):
        actor = people[turn % 2]
        if amount_fen is None:
            desk.tell(void(desk, "receipt-claimed.v1"), actor)
            assert not desk.receipt().known
            desk.tell(claim())
            expected_fen = 100_000
        else:
            desk.tell(correct(desk, "receipt-claimed.v1", amount_fen=amount_fen), actor)
            expected_fen = amount_fen
        assert desk.receipt().amount_fen == desk.receipt().free_fen == expected_fen
    assert len(desk.history(RECEIPT)) == len(desk.history(STATEMENT)) - 1 == 1 + 2 * len(words)
