"""Two institutions and one patent number: the second claims it, and the bureau settles whose it is.

What either says stands. A claim is a subject of its own and touches nobody's file; until the
bureau settles, a number for which both showed the patent office's record is counted for neither.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, assert_never

from ledger.access import need_another_person
from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.disclosure_state import Disclosure, need_disclosure
from ledger.facts import (
    NumberClaimed,
    NumberProven,
    NumberSettled,
    NumberSettlementProposed,
    PatentFiled,
)
from ledger.patents import FilePatent, Patent, filing_of, number_breaches, shows_office_record
from ledger.refusals import Refusal, Refused
from ledger.reward_stages import BUREAU_CLERKS
from ledger.rights import need_after_filing, need_patent
from ledger.subjects import InstitutionId, NumberClaimId, PatentId, Text

# --- State


@dataclass(frozen=True, slots=True)
class NumberClaim:
    """An institution's claim to a number: what it says, what it showed, what the bureau decided.

    `made` and `proposed_at` are sequences on the claim.
    """

    known: bool = False
    institution: str = ""
    claimed: NumberClaimed | None = None
    made: int = 0
    proven: bool = False
    proposed: NumberSettlementProposed | None = None
    proposed_by: str = ""
    proposed_at: int = 0
    settled_for: str | None = None


def claim_id(patent: str, institution: str) -> str:
    """The id of an institution's claim to a number: it claims a number once."""
    number, code = patent.removeprefix("patent:"), institution.removeprefix("institution:")
    return f"numberclaim:{number}.{code}"


# --- evolve


def evolve(
    state: NumberClaim,
    fact: NumberClaimed | NumberProven | NumberSettlementProposed | NumberSettled,
    seen: Recorded,
) -> NumberClaim:
    """Fold one fact about a claim; a settlement leaves nothing proposed."""
    match fact:
        case NumberClaimed():
            return replace(
                state,
                known=True,
                institution=seen.institution,
                claimed=fact,
                made=seen.sequences[fact.claim],
            )
        case NumberProven():
            return replace(state, proven=True)
        case NumberSettlementProposed():
            return replace(
                state,
                proposed=fact,
                proposed_by=seen.actor,
                proposed_at=seen.sequences[fact.claim],
            )
        case NumberSettled():
            return replace(state, proposed=None, settled_for=fact.holder)
        case _:
            assert_never(fact)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class ClaimNumber(FilePatent):
    """Say that one's institution holds a number that another institution registered.

    It says of the filing what `patent.file` would. Evidence of the kind patent-register-extract
    is the patent office's record; without it the claim stands and changes no figure.
    """

    NAME: ClassVar[str] = "patent.claim-number"
    ZH: ClassVar[str] = "主张专利号"
    EN: ClassVar[str] = "Claim a patent number that another institution registered"


class ProveNumber(Command):
    """Show the patent office's record of a number that one registered or claims."""

    NAME: ClassVar[str] = "patent.prove-number"
    ZH: ClassVar[str] = "提交专利登记簿副本"
    EN: ClassVar[str] = "Show the patent office's record of a number"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId


class ProposeSettlement(Command):
    """Propose for whom a claimed number is to stand: the present holder or the claimant."""

    NAME: ClassVar[str] = "patent.propose-settlement"
    ZH: ClassVar[str] = "提出专利号归属意见"
    EN: ClassVar[str] = "Propose whose a claimed patent number is"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_CLERKS
    claim: NumberClaimId
    holder: InstitutionId
    grounds: Text


class SettleNumber(Command):
    """Settle a claimed number as a clerk proposed; a later settlement takes its place."""

    NAME: ClassVar[str] = "patent.settle-number"
    ZH: ClassVar[str] = "裁定专利号归属"
    EN: ClassVar[str] = "Settle whose a claimed patent number is"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.BUREAU_APPROVER})
    claim: NumberClaimId


# --- decide


def claim_number(command: ClaimNumber, case: Case) -> Decision:
    """Record a claim, once an institution and number; the answer says what it means now.

    Refuses SUBJECT_EXISTS_ALREADY for one's own number or claim, NUMBER_IS_HELD_BY_NOBODY,
    NUMBER_IS_SETTLED_FOR_ANOTHER to whoever held it, and what `patent.file` refuses of a filing.
    """
    filing = filing_of(command, case)
    need_after_filing(command.patent, command.filed, case.today)
    if command.disclosure is not None:
        need_disclosure(case, command.disclosure)
    patent = case.read(Patent, command.patent)
    if case.institution in patent.parties:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.patent)
    if any(case.institution in file.parties for file in patent.aside):
        raise Refusal(Refused.NUMBER_IS_SETTLED_FOR_ANOTHER, patent=command.patent)
    claim = claim_id(command.patent, case.institution)
    if case.read(NumberClaim, claim).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=claim)
    if not patent.known:
        raise Refusal(Refused.NUMBER_IS_HELD_BY_NOBODY, patent=command.patent)
    stated = {name: getattr(filing, name) for name in PatentFiled.model_fields}
    new = [New(NumberClaimed(claim=claim, on=case.today, **stated))]
    proven = shows_office_record(command)
    if proven:
        new.append(New(NumberProven(patent=command.patent, claim=claim, on=case.today)))
    told = _standing(command.patent, patent, proven=proven)
    return Decision(tuple(new), (told, *number_breaches(command.patent, command.filed)))


def prove_number(command: ProveNumber, case: Case) -> Decision:
    """Record that the office's record was shown, for one's claim or else for one's file.

    Refuses OFFICE_RECORD_IS_MISSING without such evidence, OFFICE_RECORD_IS_SHOWN_ALREADY to whom
    the same is on record, and as `need_patent` does.
    """
    if not shows_office_record(command):
        raise Refusal(Refused.OFFICE_RECORD_IS_MISSING, patent=command.patent)
    claim = claim_id(command.patent, case.institution)
    claimed = case.read(NumberClaim, claim)
    if claimed.known:
        _need_unproven(claimed, command.patent)
        fact = NumberProven(patent=command.patent, claim=claim, on=case.today)
        told = _standing(command.patent, case.read(Patent, command.patent), proven=True)
        breaches = () if claimed.settled_for else (told,)
        return Decision((New(fact, (Ref(claim, claimed.made),)),), breaches)
    patent = need_patent(case, command.patent)
    _need_unproven(patent, command.patent)
    fact = NumberProven(patent=command.patent, claim=None, on=case.today)
    return Decision((New(fact, (Ref(command.patent, patent.filing),)),))


def _need_unproven(held: Patent | NumberClaim, number: str) -> None:
    if held.proven:
        raise Refusal(Refused.OFFICE_RECORD_IS_SHOWN_ALREADY, patent=number)


def _standing(number: str, patent: Patent, *, proven: bool) -> Breach:
    """What a claim means now, for whoever made it: nothing of the other's file is told."""
    if not proven:
        return Breach("number-claim-is-not-proven", {"patent": number})
    code = "number-is-contested" if patent.proven else "number-claim-awaits-the-bureau"
    return Breach(code, {"patent": number})


def propose_settlement(command: ProposeSettlement, case: Case) -> Decision:
    """Propose a settlement. Refuses a holder who is neither of the two (HOLDER_IS_NO_PARTY).

    Refuses OFFICE_RECORD_IS_MISSING for a claimant who did not show the office's record.
    """
    claim, made = _need_claim(case, command.claim)
    number, holder = made.patent, command.holder
    if holder not in (claim.institution, *_keepers(case.read(Patent, number))):
        raise Refusal(Refused.HOLDER_IS_NO_PARTY, patent=number, holder=holder)
    if holder == claim.institution and not claim.proven:
        raise Refusal(Refused.OFFICE_RECORD_IS_MISSING, patent=number)
    fact = NumberSettlementProposed(
        claim=command.claim,
        patent=number,
        holder=holder,
        grounds=command.grounds,
        on=case.today,
    )
    return Decision((New(fact, (Ref(command.claim, claim.made),)),))


def settle_number(command: SettleNumber, case: Case) -> Decision:
    """Settle as proposed, told on the file and on the claim; refused to the person who proposed.

    Where the claimant has no file of the number yet, it begins with what the claim says.
    """
    claim, made = _need_claim(case, command.claim)
    number, proposed = made.patent, claim.proposed
    if proposed is None:
        raise Refusal(Refused.SETTLEMENT_IS_NOT_PROPOSED, patent=number)
    need_another_person(case, claim.proposed_by, done=NumberSettlementProposed.TOPIC)
    patent = case.read(Patent, number)
    on_file, on_claim = (
        NumberSettled(
            patent=number,
            claim=told,
            holder=proposed.holder,
            grounds=proposed.grounds,
            on=case.today,
        )
        for told in (None, command.claim)
    )
    new = [
        New(on_file, institution=patent.institution or claim.institution),
        New(on_claim, (Ref(command.claim, claim.proposed_at),), claim.institution),
    ]
    if proposed.holder not in _keepers(patent):
        new.append(_begun(made, claim.institution, case))
    return Decision(tuple(new))


def _need_claim(case: Case, claim: str) -> tuple[NumberClaim, NumberClaimed]:
    state = case.read(NumberClaim, claim)
    if state.claimed is None:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=claim)
    return state, state.claimed


def _keepers(patent: Patent) -> tuple[str, ...]:
    """The institutions that have a file of the number, whether it stands or was set aside."""
    return tuple(file.institution for file in (patent, *patent.aside))


def _begun(claimed: NumberClaimed, claimant: str, case: Case) -> New:
    """The claimant's own file of the number, as its claim tells it."""
    filing = PatentFiled(**{name: getattr(claimed, name) for name in PatentFiled.model_fields})
    origin: tuple[Ref, ...] = ()
    if claimed.disclosure is not None:
        result = case.read(Disclosure, claimed.disclosure)
        origin = (Ref(claimed.disclosure, result.submission),)
    return New(filing, origin, claimant)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(ClaimNumber, claim_number, (NumberClaimed, NumberProven)),
    Declaration(ProveNumber, prove_number, (NumberProven,)),
    Declaration(ProposeSettlement, propose_settlement, (NumberSettlementProposed,)),
    Declaration(SettleNumber, settle_number, (NumberSettled, PatentFiled)),
)
