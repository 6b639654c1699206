"""Two institutions and one patent number: what each may say, and what the bureau settles."""

from datetime import date

import pytest

from ledger.case import Command, Decision
from ledger.facts import (
    NumberClaimed,
    NumberProven,
    NumberSettled,
    NumberSettlementProposed,
    PatentFiled,
)
from ledger.facts.patents import OFFICE_RECORD
from ledger.number_claims import (
    ClaimNumber,
    NumberClaim,
    ProposeSettlement,
    ProveNumber,
    SettleNumber,
    claim_id,
)
from ledger.patents import FilePatent, GrantPatent, LapsePatent
from ledger.refusals import Refused
from tests.ledger.deal_desk import (
    BUREAU,
    FOREIGN_PATENT,
    INVENTION,
    OTHER_UNIVERSITY,
    TODAY,
    UNIVERSITY,
    DealDesk,
    codes,
    ready,
    shown,
    uuid,
)

CLERK, APPROVER = f"actor:{uuid(3)}", f"actor:{uuid(4)}"
CLAIM = claim_id(INVENTION, OTHER_UNIVERSITY)
FILED = date(2022, 1, 4)
RECORD = shown(OFFICE_RECORD)
CLAIMED = ClaimNumber(patent=INVENTION, title="我校的发明", filed=FILED)


def claim(desk: DealDesk, *, proven: bool) -> Decision:
    """The other university claims the number, with the office's record or without it."""
    command = CLAIMED.model_copy(update={"evidence": RECORD if proven else ()})
    return desk.tell(command, institution=OTHER_UNIVERSITY)


def settle(desk: DealDesk, holder: str) -> Decision:
    """A clerk of the bureau proposes, and another person there settles."""
    proposal = ProposeSettlement(claim=CLAIM, holder=holder, grounds="登记簿所载")
    desk.tell(proposal, institution=BUREAU, actor=CLERK)
    settlement = SettleNumber(claim=CLAIM)
    return desk.tell(settlement, institution=BUREAU, actor=APPROVER)


def test_the_second_to_file_a_number_is_told_what_to_do_and_nothing_of_the_file() -> None:
    again = FilePatent(patent=INVENTION, title="我校的发明", filed=FILED)
    refusal = ready().denies(Refused.NUMBER_IS_HELD_ELSEWHERE, again, institution=OTHER_UNIVERSITY)
    assert refusal.values == {"patent": INVENTION}


def test_a_claim_stands_on_its_own_and_leaves_the_other_file_as_it_was() -> None:
    desk = ready()
    before = desk.state(INVENTION)
    assert codes(claim(desk, proven=False)) == ["number-claim-is-not-proven"]
    new = desk.facts[-1]
    assert isinstance(new.fact, NumberClaimed)
    assert new.fact.subjects() == (CLAIM,)
    assert desk.state(INVENTION) == before
    assert desk.state(CLAIM).institution == OTHER_UNIVERSITY


def test_whoever_claims_is_told_what_its_claim_means_now() -> None:
    desk = ready()
    assert codes(claim(desk, proven=True)) == ["number-claim-awaits-the-bureau"]
    desk = ready()
    desk.tell(ProveNumber(patent=INVENTION, evidence=RECORD))
    assert codes(claim(desk, proven=True)) == ["number-is-contested"]


def test_the_office_record_can_be_shown_later_by_either() -> None:
    desk = ready()
    claim(desk, proven=False)
    desk.denies(Refused.OFFICE_RECORD_IS_MISSING, ProveNumber(patent=INVENTION))
    assert codes(desk.tell(ProveNumber(patent=INVENTION, evidence=RECORD))) == []
    shows = ProveNumber(patent=INVENTION, evidence=RECORD)
    assert codes(desk.tell(shows, institution=OTHER_UNIVERSITY)) == ["number-is-contested"]
    assert desk.state(INVENTION).proven
    assert desk.state(CLAIM).proven


@pytest.mark.parametrize("institution", [UNIVERSITY, OTHER_UNIVERSITY])
def test_the_office_record_is_shown_once_by_each(institution: str) -> None:
    desk = ready()
    claim(desk, proven=False)
    shows = ProveNumber(patent=INVENTION, evidence=RECORD)
    desk.tell(shows, institution=institution)
    desk.denies(Refused.OFFICE_RECORD_IS_SHOWN_ALREADY, shows, institution=institution)


def test_a_filing_shows_the_office_record_with_its_own_evidence() -> None:
    desk = ready()
    number = "patent:202210000003X"
    desk.tell(FilePatent(patent=number, title="新", filed=FILED, evidence=RECORD))
    assert isinstance(desk.facts[-1].fact, NumberProven)
    assert desk.state(number).proven


@pytest.mark.parametrize(
    ("code", "command", "institution"),
    [
        (Refused.SUBJECT_EXISTS_ALREADY, CLAIMED, UNIVERSITY),
        (
            Refused.NUMBER_IS_HELD_BY_NOBODY,
            ClaimNumber(patent="patent:202210000003X", title="新", filed=FILED),
            OTHER_UNIVERSITY,
        ),
        (
            Refused.SUBJECT_IS_UNKNOWN,
            ProveNumber(patent=INVENTION, evidence=RECORD),
            OTHER_UNIVERSITY,
        ),
    ],
)
def test_nobody_claims_its_own_number_or_a_free_one_or_proves_anothers(
    code: Refused, command: Command, institution: str
) -> None:
    ready().denies(code, command, institution=institution)


def test_a_number_is_claimed_once_by_an_institution() -> None:
    desk = ready()
    claim(desk, proven=False)
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, CLAIMED, institution=OTHER_UNIVERSITY)


def test_a_co_owner_has_nothing_to_claim() -> None:
    desk = ready()
    number = "patent:202210000003X"
    owners = (UNIVERSITY, OTHER_UNIVERSITY)
    desk.tell(FilePatent(patent=number, title="共有", filed=FILED, owners=owners))
    claimed = ClaimNumber(patent=number, title="共有", filed=FILED)
    desk.denies(Refused.SUBJECT_EXISTS_ALREADY, claimed, institution=OTHER_UNIVERSITY)


def test_the_bureau_settles_by_two_persons_and_only_between_the_two() -> None:
    desk = ready()
    claim(desk, proven=False)
    settlement = SettleNumber(claim=CLAIM)
    at_bureau = {"institution": BUREAU, "actor": CLERK}
    desk.denies(Refused.SETTLEMENT_IS_NOT_PROPOSED, settlement, **at_bureau)
    proposal = ProposeSettlement(claim=CLAIM, holder=BUREAU, grounds="无")
    desk.denies(Refused.HOLDER_IS_NO_PARTY, proposal, **at_bureau)
    unproven = proposal.model_copy(update={"holder": OTHER_UNIVERSITY})
    desk.denies(Refused.OFFICE_RECORD_IS_MISSING, unproven, **at_bureau)
    desk.tell(proposal.model_copy(update={"holder": UNIVERSITY}), **at_bureau)
    assert isinstance(desk.facts[-1].fact, NumberSettlementProposed)
    assert desk.facts[-1].institution == BUREAU
    desk.denies(Refused.ANOTHER_PERSON_MUST_DO_THIS, settlement, **at_bureau)
    unclaimed = SettleNumber(claim=claim_id(FOREIGN_PATENT, UNIVERSITY))
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, unclaimed, **at_bureau)


def test_a_number_settled_for_the_first_stays_in_its_file() -> None:
    desk = ready()
    claim(desk, proven=True)
    settle(desk, UNIVERSITY)
    assert [type(seen.fact) for seen in desk.facts[-2:]] == [NumberSettled, NumberSettled]
    assert [seen.institution for seen in desk.facts[-2:]] == [UNIVERSITY, OTHER_UNIVERSITY]
    desk.tell(LapsePatent(patent=INVENTION, cause="abandoned"))
    grant = GrantPatent(patent=INVENTION)
    desk.denies(Refused.SUBJECT_IS_UNKNOWN, grant, institution=OTHER_UNIVERSITY)


def test_a_number_settled_for_the_claimant_begins_anew_with_what_the_claim_says() -> None:
    desk = ready()
    claim(desk, proven=True)
    settle(desk, OTHER_UNIVERSITY)
    fact = desk.facts[-1].fact
    assert isinstance(fact, PatentFiled)
    assert (fact.title, fact.owners) == ("我校的发明", (OTHER_UNIVERSITY,))
    assert desk.facts[-1].institution == OTHER_UNIVERSITY
    patent = desk.state(INVENTION)
    assert (patent.institution, patent.status_on(TODAY)) == (OTHER_UNIVERSITY, "pending")
    desk.tell(GrantPatent(patent=INVENTION), institution=OTHER_UNIVERSITY)
    desk.denies(Refused.NUMBER_IS_SETTLED_FOR_ANOTHER, GrantPatent(patent=INVENTION))
    again = FilePatent(patent=INVENTION, title="某发明", filed=FILED)
    desk.denies(Refused.NUMBER_IS_SETTLED_FOR_ANOTHER, again)


def test_a_later_settlement_takes_the_place_of_the_first_and_brings_the_file_back() -> None:
    desk = ready()
    before = desk.state(INVENTION)
    claim(desk, proven=True)
    settle(desk, OTHER_UNIVERSITY)
    settle(desk, UNIVERSITY)
    after = desk.state(INVENTION)
    assert (after.turns, after.owners) == (before.turns, before.owners)
    desk.tell(LapsePatent(patent=INVENTION, cause="abandoned"))
    settled = desk.state(CLAIM)
    assert isinstance(settled, NumberClaim)
    assert (settled.settled_for, settled.proposed) == (UNIVERSITY, None)
