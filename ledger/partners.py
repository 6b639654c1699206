"""Agreements with partners and outside services."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, assert_never

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.events import need_words_for_other
from ledger.facts import (
    ClausesReviewed,
    PartnerAgreementEnded,
    PartnerAgreementSigned,
    TechnologyContractRegistered,
)
from ledger.facts.market import PartnerClass
from ledger.market import need_running
from ledger.mentions import need_all_within
from ledger.refusals import Refusal, Refused
from ledger.subjects import PartnerId, Text
from ledger.terms import need_no_earlier

# --- State


@dataclass(frozen=True, slots=True)
class Partner:
    """An agreement; `agreed` is the sequence of its fact, `ended` the day it was ended early."""

    known: bool = False
    institution: str = ""
    agreed: int = 0
    signed: date = date.min
    ended: date | None = None


# --- evolve

PartnerFact = (
    PartnerAgreementSigned | PartnerAgreementEnded | ClausesReviewed | TechnologyContractRegistered
)


def evolve(state: Partner, fact: PartnerFact, seen: Recorded) -> Partner:
    """Fold one fact about an agreement."""
    match fact:
        case PartnerAgreementSigned():
            return replace(
                state,
                known=True,
                institution=seen.institution,
                agreed=seen.sequences[fact.partner],
                signed=fact.signed,
            )
        case PartnerAgreementEnded():
            return replace(state, ended=fact.on)
        case ClausesReviewed() | TechnologyContractRegistered():
            return state
        case _:
            assert_never(fact)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class SignPartner(Command):
    """Record an agreement with a partner; the flags say what the agreement settles."""

    NAME: ClassVar[str] = "partner.sign"
    ZH: ClassVar[str] = "登记合作协议"
    EN: ClassVar[str] = "Record a partner agreement"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "partner"
    partner: PartnerId
    partner_class: PartnerClass
    other_class: Text | None = None
    name: Text
    settles_ownership: bool
    settles_secrecy: bool
    signed: date
    ends: date | None = None


class EndPartner(Command):
    """Record that an agreement ended before its term."""

    NAME: ClassVar[str] = "partner.end"
    ZH: ClassVar[str] = "登记合作协议终止"
    EN: ClassVar[str] = "Record the end of a partner agreement"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    partner: PartnerId
    on: date | None = None


# --- decide


def sign_partner(command: SignPartner, case: Case) -> Decision:
    """Record an agreement. Refuses a class without its words, and an end before signing."""
    need_words_for_other(command.partner_class, command.other_class)
    need_no_earlier(command.ends or command.signed, command.signed)
    if case.read(Partner, command.partner).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.partner)
    fact = PartnerAgreementSigned(
        partner=command.partner,
        partner_class=command.partner_class,
        other_class=command.other_class,
        name=command.name,
        settles_ownership=command.settles_ownership,
        settles_secrecy=command.settles_secrecy,
        signed=command.signed,
        ends=command.ends,
    )
    return Decision((New(fact),))


def end_partner(command: EndPartner, case: Case) -> Decision:
    """Record an early end. Refused a second time, and for a day before signing."""
    need_all_within(case, (command.partner,))
    partner = case.read(Partner, command.partner)
    on = command.on or case.today
    need_running(command.partner, partner.signed, partner.ended, on)
    fact = PartnerAgreementEnded(partner=command.partner, on=on)
    return Decision((New(fact, rests_on=(Ref(command.partner, partner.agreed),)),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(SignPartner, sign_partner, (PartnerAgreementSigned,)),
    Declaration(EndPartner, end_partner, (PartnerAgreementEnded,)),
)
