"""Disclosures: contributors or staff hand a result in, another person takes it in or does not."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from ledger import disclosed_results
from ledger.access import Actor, need_another_person, need_uninvolved
from ledger.actors import Role
from ledger.case import Case, Command, Decision, New
from ledger.declaration import Declaration
from ledger.disclosure_state import (
    LIVE,
    Disclosure,
    Stage,
    need_disclosure,
    need_sound_contributors,
    need_stage,
    of_submission,
    stage_day,
)
from ledger.facts import (
    DisclosureAccepted,
    DisclosureAmended,
    DisclosureRejected,
    DisclosureSubmitted,
    DisclosureWithdrawn,
)
from ledger.facts.disclosures import Contributor, Funding, ResultKind
from ledger.persons import need_person
from ledger.refusals import Refusal, Refused
from ledger.subjects import DisclosureId, Text

# --- Commands

_AUTHORS = frozenset({Role.CENTRE_STAFF, Role.INVENTOR})
_REVIEWERS = frozenset({Role.CENTRE_REVIEWER})

Contributors = Annotated[tuple[Contributor, ...], Field(min_length=1, max_length=100)]


class SubmitDisclosure(Command):
    """Report a result: contributors by their own sign-in, or staff on their behalf."""

    NAME: ClassVar[str] = "disclosure.submit"
    ZH: ClassVar[str] = "提交成果披露"
    EN: ClassVar[str] = "Submit a disclosure"
    ROLES: ClassVar[frozenset[Role] | None] = _AUTHORS
    FRESH: ClassVar[str | None] = "disclosure"
    disclosure: DisclosureId
    title: Text
    kind: ResultKind
    contributors: Contributors
    project: Text | None = None
    funding: Funding | None = None
    submitted: date | None = None


class AmendDisclosure(Command):
    """Mend a disclosure; the whole new content is given."""

    NAME: ClassVar[str] = "disclosure.amend"
    ZH: ClassVar[str] = "补正成果披露"
    EN: ClassVar[str] = "Amend a disclosure"
    ROLES: ClassVar[frozenset[Role] | None] = _AUTHORS
    disclosure: DisclosureId
    title: Text
    kind: ResultKind
    contributors: Contributors
    project: Text | None = None
    funding: Funding | None = None
    on: date | None = None


class WithdrawDisclosure(Command):
    """Take a disclosure back before it is decided on."""

    NAME: ClassVar[str] = "disclosure.withdraw"
    ZH: ClassVar[str] = "撤回成果披露"
    EN: ClassVar[str] = "Withdraw a disclosure"
    ROLES: ClassVar[frozenset[Role] | None] = _AUTHORS
    disclosure: DisclosureId
    on: date | None = None


class AcceptDisclosure(Command):
    """Take a result in; for somebody who neither wrote the disclosure nor contributed."""

    NAME: ClassVar[str] = "disclosure.accept"
    ZH: ClassVar[str] = "受理成果披露"
    EN: ClassVar[str] = "Accept a disclosure"
    ROLES: ClassVar[frozenset[Role] | None] = _REVIEWERS
    disclosure: DisclosureId
    on: date | None = None


class RejectDisclosure(Command):
    """Do not take a result in, and say why, naming nobody; for those who may accept."""

    NAME: ClassVar[str] = "disclosure.reject"
    ZH: ClassVar[str] = "不受理成果披露"
    EN: ClassVar[str] = "Reject a disclosure"
    ROLES: ClassVar[frozenset[Role] | None] = _REVIEWERS
    disclosure: DisclosureId
    grounds: Text
    on: date | None = None


# --- decide


def submit_disclosure(command: SubmitDisclosure, case: Case) -> Decision:
    """Report a result. Refuses an id in use, contributors as `_need_contributors` does."""
    if case.read(Disclosure, command.disclosure).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.disclosure)
    _need_contributors(command.contributors, case)
    fact = DisclosureSubmitted(
        disclosure=command.disclosure,
        title=command.title,
        kind=command.kind,
        contributors=command.contributors,
        project=command.project,
        funding=command.funding,
        submitted=command.submitted or case.today,
    )
    return Decision((New(fact),))


def amend_disclosure(command: AmendDisclosure, case: Case) -> Decision:
    """Mend a disclosure; once accepted it is for staff alone, since others relied on it."""
    disclosure = _need_own(command.disclosure, case)
    stages: tuple[Stage, ...] = LIVE if _is_staff(case) else ("submitted",)
    need_stage(command.disclosure, disclosure, *stages)
    _need_contributors(command.contributors, case)
    fact = DisclosureAmended(
        disclosure=command.disclosure,
        title=command.title,
        kind=command.kind,
        contributors=command.contributors,
        project=command.project,
        funding=command.funding,
        on=stage_day(disclosure, command.on, case),
    )
    return Decision((of_submission(fact, disclosure),))


def withdraw_disclosure(command: WithdrawDisclosure, case: Case) -> Decision:
    """Take a disclosure back; refused once it is decided on."""
    disclosure = _need_own(command.disclosure, case)
    need_stage(command.disclosure, disclosure, "submitted")
    day = stage_day(disclosure, command.on, case)
    fact = DisclosureWithdrawn(disclosure=command.disclosure, on=day)
    return Decision((of_submission(fact, disclosure),))


def accept_disclosure(command: AcceptDisclosure, case: Case) -> Decision:
    """Take a result in; refused to its authors and contributors, and at any later stage."""
    disclosure, day = _undecided(command, case)
    fact = DisclosureAccepted(disclosure=command.disclosure, on=day)
    return Decision((of_submission(fact, disclosure),))


def reject_disclosure(command: RejectDisclosure, case: Case) -> Decision:
    """Do not take a result in; refused to its authors and contributors, and at any later stage."""
    disclosure, day = _undecided(command, case)
    fact = DisclosureRejected(disclosure=command.disclosure, grounds=command.grounds, on=day)
    return Decision((of_submission(fact, disclosure),))


def _undecided(command: AcceptDisclosure | RejectDisclosure, case: Case) -> tuple[Disclosure, date]:
    """The disclosure to decide on and the day of the decision, for an uninvolved person."""
    disclosure = need_disclosure(case, command.disclosure)
    need_stage(command.disclosure, disclosure, "submitted")
    for author in disclosure.authors:
        need_another_person(case, author, done="disclosure.submit")
    need_uninvolved(case, disclosure.contributors, done="contributors")
    return disclosure, stage_day(disclosure, command.on, case)


def _need_contributors(contributors: Iterable[Contributor], case: Case) -> None:
    """Refuses persons named twice or unknown, and shares that do not make up the whole.

    Refuses an inventor who is none of them: own sign-ins are for results of one's own.
    """
    parts = tuple(contributors)
    need_sound_contributors(parts)
    for part in parts:
        need_person(case, part.person)
    if not _is_staff(case) and not _is_among((part.person for part in parts), case):
        raise Refusal(Refused.INVENTOR_IS_NOT_A_CONTRIBUTOR)


def _need_own(disclosure: str, case: Case) -> Disclosure:
    """A disclosure the actor may touch: staff any, inventors those they contributed to.

    Refuses SUBJECT_IS_UNKNOWN for any other, without a hint that it exists.
    """
    state = need_disclosure(case, disclosure)
    if not _is_staff(case) and not _is_among(state.contributors, case):
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=disclosure)
    return state


def _is_staff(case: Case) -> bool:
    return any(
        grant.role is Role.CENTRE_STAFF
        and grant.scope == case.institution
        and grant.holds(case.today)
        for grant in case.read(Actor, case.actor).grants
    )


def _is_among(persons: Iterable[str], case: Case) -> bool:
    person = case.read(Actor, case.actor).person
    return person is not None and person in persons


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(SubmitDisclosure, submit_disclosure, (DisclosureSubmitted,)),
    Declaration(AmendDisclosure, amend_disclosure, (DisclosureAmended,)),
    Declaration(WithdrawDisclosure, withdraw_disclosure, (DisclosureWithdrawn,)),
    Declaration(AcceptDisclosure, accept_disclosure, (DisclosureAccepted,)),
    Declaration(RejectDisclosure, reject_disclosure, (DisclosureRejected,)),
    *disclosed_results.DECLARATIONS,
)
