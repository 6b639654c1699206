"""What becomes of a disclosed result: whose it is, who may use it, how it is protected."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.access import need_uninvolved
from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision
from ledger.declaration import Declaration
from ledger.disclosure_state import (
    LIVE,
    Disclosure,
    need_disclosure,
    need_each_once,
    need_stage,
    of_submission,
)
from ledger.facts import (
    FilingDecided,
    OwnershipDetermined,
    PrefilingAssessed,
    ResultPublished,
    ResultRightGranted,
)
from ledger.money import Rate
from ledger.persons import need_person
from ledger.refusals import Refusal, Refused
from ledger.rights import filings, need_patents
from ledger.subjects import DisclosureId, PatentId, PersonId, Text
from ledger.terms import need_no_earlier

# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class DetermineOwnership(Command):
    """Record whose result it was settled to be."""

    NAME: ClassVar[str] = "disclosure.determine-ownership"
    ZH: ClassVar[str] = "登记成果权属认定"
    EN: ClassVar[str] = "Record whose result it is"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    DECIDES: ClassVar[bool] = True
    disclosure: DisclosureId
    owner: Literal["institution", "contributors", "shared", "third-party"]
    service_result: bool
    on: date | None = None


class GrantResultRight(Command):
    """Record that contributors were given ownership or long-term use of a result (赋权)."""

    NAME: ClassVar[str] = "disclosure.grant-right"
    ZH: ClassVar[str] = "登记成果赋权"
    EN: ClassVar[str] = "Record a right granted in a result"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    DECIDES: ClassVar[bool] = True
    disclosure: DisclosureId
    patents: Annotated[tuple[PatentId, ...], Field(max_length=200)] = ()
    right: Literal["ownership", "long-term-use"]
    holders: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=100)]
    share: Rate | None = None
    until: date | None = None
    on: date | None = None


class PublishResult(Command):
    """Record that a result was put before the market."""

    NAME: ClassVar[str] = "disclosure.publish-result"
    ZH: ClassVar[str] = "登记成果发布"
    EN: ClassVar[str] = "Record the publication of a result"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    disclosure: DisclosureId
    channel: Text
    on: date | None = None


class AssessResult(Command):
    """Record an assessment before an application; `assessor` is an office or firm, no person."""

    NAME: ClassVar[str] = "disclosure.assess"
    ZH: ClassVar[str] = "登记专利申请前评估"
    EN: ClassVar[str] = "Record a pre-filing assessment"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    disclosure: DisclosureId
    verdict: Literal["file", "improve", "keep-secret", "do-not-file"]
    assessor: Text | None = None
    on: date | None = None


class DecideFiling(Command):
    """Record how the centre decided to protect the result."""

    NAME: ClassVar[str] = "disclosure.decide-filing"
    ZH: ClassVar[str] = "登记专利申请决定"
    EN: ClassVar[str] = "Record the decision on filing"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    DECIDES: ClassVar[bool] = True
    disclosure: DisclosureId
    decision: Literal["file", "know-how", "publish", "give-up"]
    on: date | None = None


# --- decide


def determine_ownership(command: DetermineOwnership, case: Case) -> Decision:
    """Record whose result it is; a later determination counts from its own day.

    Refused to contributors.
    """
    disclosure, day = _result(command.disclosure, command.on, case)
    need_uninvolved(case, disclosure.contributors, done="contributors")
    fact = OwnershipDetermined(
        disclosure=command.disclosure,
        owner=command.owner,
        service_result=command.service_result,
        on=day,
    )
    return Decision((of_submission(fact, disclosure),))


def grant_result_right(command: GrantResultRight, case: Case) -> Decision:
    """Record a right granted; a holder who did not contribute is a breach.

    Refused to contributors and holders. Refuses unknown patents and holders, a holder named
    twice, a share over the whole, and an end before the day of the grant. Source of the rule on
    holders: 上海市科学技术进步条例 art. 12-13.
    """
    disclosure, day = _result(command.disclosure, command.on, case)
    need_uninvolved(case, (*disclosure.contributors, *command.holders), done="contributors")
    patents = need_patents(case, command.patents)
    for holder in command.holders:
        need_person(case, holder)
    fact = ResultRightGranted(
        disclosure=command.disclosure,
        patents=tuple(patents),
        right=command.right,
        holders=command.holders,
        share=command.share,
        until=command.until,
        on=day,
    )
    need_sound_right(fact)
    strangers = tuple(
        Breach("holder-is-not-a-contributor", {"disclosure": command.disclosure, "person": holder})
        for holder in command.holders
        if holder not in disclosure.contributors
    )
    return Decision((of_submission(fact, disclosure, *filings(patents)),), strangers)


def need_sound_right(fact: ResultRightGranted) -> None:
    """Refuse a holder named twice, a share over the whole, and an end before the grant."""
    need_each_once(fact.holders)
    if fact.share is not None and fact.share.fraction > 1:
        raise Refusal(
            Refused.SHARE_EXCEEDS_WHOLE,
            numerator=fact.share.numerator,
            denominator=fact.share.denominator,
        )
    need_no_earlier(fact.until or fact.on, fact.on)


def publish_result(command: PublishResult, case: Case) -> Decision:
    """Record a publication, also one before the disclosure; before the filing is decided a breach.

    What is public is no longer new (专利法 art. 22), so the decision on filing has to come first.
    """
    disclosure = need_disclosure(case, command.disclosure)
    need_stage(command.disclosure, disclosure, *LIVE)
    day = command.on or case.today
    fact = ResultPublished(disclosure=command.disclosure, channel=command.channel, on=day)
    breaches = _unless_before(
        disclosure.filing_decided, "result-published-before-filing-decided", command.disclosure, day
    )
    return Decision((of_submission(fact, disclosure),), breaches)


def assess_result(command: AssessResult, case: Case) -> Decision:
    """Record an assessment; there may be several, as a result improves."""
    disclosure, day = _result(command.disclosure, command.on, case)
    fact = PrefilingAssessed(
        disclosure=command.disclosure,
        verdict=command.verdict,
        assessor=command.assessor,
        on=day,
    )
    return Decision((of_submission(fact, disclosure),))


def decide_filing(command: DecideFiling, case: Case) -> Decision:
    """Record a decision on filing; without an assessment by its day it is a breach."""
    disclosure, day = _result(command.disclosure, command.on, case)
    fact = FilingDecided(disclosure=command.disclosure, decision=command.decision, on=day)
    breaches = _unless_before(
        disclosure.assessed, "filing-decided-without-assessment", command.disclosure, day
    )
    return Decision((of_submission(fact, disclosure),), breaches)


def _result(disclosure: str, on: date | None, case: Case) -> tuple[Disclosure, date]:
    """A result that was not withdrawn or rejected, and the day of what happened to it.

    Refuses a day before the disclosure: nobody knew of the result then.
    """
    state = need_disclosure(case, disclosure)
    need_stage(disclosure, state, *LIVE)
    day = on or case.today
    if day < state.submitted:
        raise Refusal(
            Refused.STAGE_MUST_NOT_PRECEDE_THE_ONE_BEFORE,
            on=day.isoformat(),
            before=state.submitted.isoformat(),
        )
    return state, day


def _unless_before(
    days: Iterable[date], code: str, disclosure: str, on: date
) -> tuple[Breach, ...]:
    """A breach unless one of the days is this one or earlier."""
    if any(day <= on for day in days):
        return ()
    return (Breach(code, {"disclosure": disclosure, "on": on.isoformat()}),)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(DetermineOwnership, determine_ownership, (OwnershipDetermined,)),
    Declaration(GrantResultRight, grant_result_right, (ResultRightGranted,)),
    Declaration(PublishResult, publish_result, (ResultPublished,)),
    Declaration(AssessResult, assess_result, (PrefilingAssessed,)),
    Declaration(DecideFiling, decide_filing, (FilingDecided,)),
)
