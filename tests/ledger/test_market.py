"""The market desk: lists, talks, events and partners, and what about them contradicts itself."""

from datetime import date

import pytest

from ledger import decisions, events, leads, market, partners
from ledger.events import HoldEvent
from ledger.facts import DecisionRecorded, EventHeld, LeadAdvanced, PartnerAgreementSigned
from ledger.facts.base import Fact
from ledger.leads import AdvanceLead, Lead, LoseLead, OpenLead
from ledger.market import CloseDemand, Demand, ListSupply, RecordDemand, Supply, WithdrawSupply
from ledger.partners import EndPartner, Partner, SignPartner
from ledger.refusals import Refusal, Refused
from ledger.replacements import need_sound_replacement
from ledger.texts.market import TEXTS
from tests.ledger import examples
from tests.ledger.deal_desk import (
    FIRM,
    FIRST,
    FOREIGN_PATENT,
    INVENTION,
    MODEL,
    OTHER_UNIVERSITY,
    DealDesk,
    license_of,
    ready,
    uuid,
)

SUPPLY, DEMAND, LEAD = f"supply:{uuid(1)}", f"demand:{uuid(1)}", f"lead:{uuid(1)}"
EVENT, PARTNER = f"event:{uuid(1)}", f"partner:{uuid(1)}"
LISTED = date(2024, 3, 1)


@pytest.fixture
def desk() -> DealDesk:
    made = ready()
    for page in (market, leads, events, partners, decisions):
        made.declarations.update({item.command: item for item in page.DECLARATIONS})
    return made


def supply(**changed: object) -> ListSupply:
    usual = {"supply": SUPPLY, "title": "热管", "channel": "校网", "on": LISTED}
    return ListSupply.model_validate({**usual, **changed})


def lead(**changed: object) -> OpenLead:
    return OpenLead.model_validate({"lead": LEAD, "on": LISTED, **changed})


# --- lists


def test_an_item_is_listed_with_its_patents_and_withdrawn_once(desk: DealDesk) -> None:
    listed = desk.tell(supply(patents=(INVENTION, MODEL, INVENTION)))
    assert listed.new[0].subjects() == (SUPPLY, INVENTION, MODEL)
    assert {ref.subject for ref in listed.new[0].rests_on} == {INVENTION, MODEL}
    desk.denies(
        Refused.END_MUST_NOT_PRECEDE_START, WithdrawSupply(supply=SUPPLY, on=date(2024, 2, 29))
    )
    desk.tell(WithdrawSupply(supply=SUPPLY, on=LISTED))
    assert desk.state(SUPPLY).until == LISTED
    refusal = desk.denies(Refused.SUBJECT_HAS_ENDED_ALREADY, WithdrawSupply(supply=SUPPLY))
    assert TEXTS[refusal.code].zh.format(**refusal.values)


def test_only_patents_and_results_of_ones_own_are_listed(desk: DealDesk) -> None:
    unknown = f"disclosure:{uuid(9)}"
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, supply(patents=(FOREIGN_PATENT,)))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, supply(disclosure=unknown))
    desk.tell(supply())
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, supply())


def test_a_list_of_another_institution_is_as_unknown_as_none(desk: DealDesk) -> None:
    desk.tell(supply())
    desk.denies(
        Refused.SUBJECT_IS_UNKNOWN, WithdrawSupply(supply=SUPPLY), institution=OTHER_UNIVERSITY
    )
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, lead(supply=SUPPLY), institution=OTHER_UNIVERSITY)
    assert desk.state(f"supply:{uuid(7)}") == Supply()


def test_a_demand_may_name_a_registered_firm_and_is_closed_once(desk: DealDesk) -> None:
    stranger = f"counterparty:{uuid(9)}"
    asked = RecordDemand(demand=DEMAND, title="求购", counterparty=stranger, on=LISTED)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, asked)
    desk.tell(RecordDemand(demand=DEMAND, title="求购", counterparty=FIRM, on=LISTED))
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, RecordDemand(demand=DEMAND, title="求购"))
    desk.tell(CloseDemand(demand=DEMAND, outcome="met"))
    desk.denies(Refused.SUBJECT_HAS_ENDED_ALREADY, CloseDemand(demand=DEMAND, outcome="lapsed"))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, CloseDemand(demand=f"demand:{uuid(7)}", outcome="met"))
    assert desk.state(f"demand:{uuid(7)}") == Demand()


# --- talks


def test_a_lead_rests_on_what_it_is_about_and_leaves_that_as_it_was(desk: DealDesk) -> None:
    desk.tell(supply(patents=(INVENTION,)))
    desk.tell(RecordDemand(demand=DEMAND, title="求购", on=LISTED))
    before = {subject: desk.state(subject) for subject in (SUPPLY, DEMAND, INVENTION)}
    about = {"supply": SUPPLY, "demand": DEMAND, "patents": (INVENTION,), "counterparty": FIRM}
    opened = desk.tell(lead(**about))
    assert {ref.subject for ref in opened.new[0].rests_on} == {SUPPLY, DEMAND, INVENTION}
    assert {subject: desk.state(subject) for subject in before} == before
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, lead())


def test_talks_only_move_forward_and_may_leave_stages_out(desk: DealDesk) -> None:
    desk.tell(lead())
    desk.tell(AdvanceLead(lead=LEAD, stage="negotiating", on=date(2024, 4, 1)))
    for stage in ("contacted", "negotiating"):
        refusal = desk.denies(
            Refused.LEAD_ONLY_MOVES_FORWARD,
            AdvanceLead.model_validate({"lead": LEAD, "stage": stage}),
        )
        assert TEXTS[refusal.code].en.format(**refusal.values)
    desk.denies(
        Refused.STAGE_MUST_NOT_PRECEDE_THE_ONE_BEFORE,
        AdvanceLead(lead=LEAD, stage="agreed", on=date(2024, 3, 31)),
    )
    desk.tell(AdvanceLead(lead=LEAD, stage="agreed", on=date(2024, 4, 1)))
    assert (desk.state(LEAD).stage, desk.state(LEAD).over) == ("agreed", False)


def test_the_last_stage_names_a_contract_of_ones_own_and_ends_the_talks(desk: DealDesk) -> None:
    desk.tell(lead())
    desk.tell(license_of(FIRST))
    contracted = AdvanceLead(lead=LEAD, stage="contracted", contract=FIRST)
    for wrong in (
        AdvanceLead(lead=LEAD, stage="contracted"),
        AdvanceLead(lead=LEAD, stage="visited", contract=FIRST),
    ):
        refusal = desk.denies(Refused.CONTRACT_GOES_WITH_LAST_STAGE, wrong)
        assert TEXTS[refusal.code].mend_zh.format(**refusal.values)
    unknown = AdvanceLead(lead=LEAD, stage="contracted", contract=f"license:{uuid(77)}")
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, unknown)
    before = desk.state(FIRST)
    desk.tell(contracted)
    assert desk.state(FIRST) == before
    desk.denies(Refused.SUBJECT_HAS_ENDED_ALREADY, contracted)
    desk.denies(Refused.SUBJECT_HAS_ENDED_ALREADY, LoseLead(lead=LEAD))


def test_lost_talks_go_no_further(desk: DealDesk) -> None:
    desk.tell(lead())
    desk.denies(
        Refused.STAGE_MUST_NOT_PRECEDE_THE_ONE_BEFORE, LoseLead(lead=LEAD, on=date(2024, 2, 1))
    )
    desk.tell(LoseLead(lead=LEAD, cause="价格谈不拢"))
    desk.denies(Refused.SUBJECT_HAS_ENDED_ALREADY, AdvanceLead(lead=LEAD, stage="agreed"))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, LoseLead(lead=f"lead:{uuid(7)}"))
    assert desk.state(f"lead:{uuid(7)}") == Lead()


# --- events and partners


def test_an_event_of_another_kind_says_which_and_no_other_does(desk: DealDesk) -> None:
    usual = {"event": EVENT, "channel": "both", "title": "对接", "patents": (INVENTION,)}
    for wrong in ({"kind": "other"}, {"kind": "roadshow", "other_kind": "沙龙"}):
        refusal = desk.denies(
            Refused.ONLY_OTHER_IS_DESCRIBED, HoldEvent.model_validate({**usual, **wrong})
        )
        assert TEXTS[refusal.code].zh.format(**refusal.values)
    held = HoldEvent.model_validate({**usual, "kind": "other", "other_kind": "沙龙", "firms": 3})
    desk.tell(held)
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, held)
    strange = {**usual, "event": f"event:{uuid(2)}", "patents": (FOREIGN_PATENT,)}
    desk.denies(
        Refused.SUBJECT_IS_UNKNOWN, HoldEvent.model_validate({**strange, "kind": "exhibition"})
    )


def partner(**changed: object) -> SignPartner:
    usual = {"partner": PARTNER, "partner_class": "commercial-bank", "name": "某银行"}
    settled = {"settles_ownership": True, "settles_secrecy": False}
    return SignPartner.model_validate({**usual, **settled, "signed": LISTED, **changed})


def test_a_partner_agreement_is_signed_and_ended_once(desk: DealDesk) -> None:
    desk.denies(Refused.ONLY_OTHER_IS_DESCRIBED, partner(partner_class="other"))
    desk.denies(Refused.END_MUST_NOT_PRECEDE_START, partner(ends=date(2024, 2, 29)))
    desk.tell(partner(ends=date(2026, 2, 28)))
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, partner())
    desk.denies(
        Refused.END_MUST_NOT_PRECEDE_START, EndPartner(partner=PARTNER, on=date(2024, 2, 29))
    )
    desk.tell(EndPartner(partner=PARTNER, on=date(2024, 6, 1)))
    desk.denies(Refused.SUBJECT_HAS_ENDED_ALREADY, EndPartner(partner=PARTNER))
    assert desk.state(f"partner:{uuid(7)}") == Partner()


def test_talks_may_end_in_a_partner_agreement(desk: DealDesk) -> None:
    desk.tell(lead())
    desk.tell(partner())
    desk.tell(AdvanceLead(lead=LEAD, stage="contracted", contract=PARTNER))
    assert desk.state(LEAD).over


# --- corrections


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        (EventHeld, {"other_kind": None}, Refused.ONLY_OTHER_IS_DESCRIBED),
        (PartnerAgreementSigned, {"other_class": "x"}, Refused.ONLY_OTHER_IS_DESCRIBED),
        (PartnerAgreementSigned, {"ends": LISTED}, Refused.END_MUST_NOT_PRECEDE_START),
        (LeadAdvanced, {"stage": "visited"}, Refused.CONTRACT_GOES_WITH_LAST_STAGE),
        (DecisionRecorded, {"clause": None}, Refused.CLAUSE_GOES_WITH_NOT_APPLICABLE),
        (DecisionRecorded, {"until": LISTED}, Refused.END_MUST_NOT_PRECEDE_START),
    ],
)
def test_a_replacement_contradicts_itself_no_more_than_a_first_report(
    kind: type[Fact], changed: dict[str, object], code: Refused
) -> None:
    before = next(fact for fact in examples.EXAMPLES if type(fact) is kind)
    need_sound_replacement(before, before)
    with pytest.raises(Refusal) as caught:
        need_sound_replacement(before, before.model_copy(update=changed))
    assert caught.value.code is code
