"""A disclosure's state: who contributed, where it stands, and what was decided on the result."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal, assert_never

from ledger.case import Case, New, Recorded, Ref
from ledger.facts import (
    DisclosureAccepted,
    DisclosureAmended,
    DisclosureRejected,
    DisclosureSubmitted,
    DisclosureWithdrawn,
    FilingDecided,
    OwnershipDetermined,
    PatentFiled,
    PrefilingAssessed,
    ResultPublished,
    ResultRightGranted,
)
from ledger.facts.base import Fact
from ledger.facts.disclosures import Contributor
from ledger.refusals import Refusal, Refused

Stage = Literal["undisclosed", "submitted", "accepted", "rejected", "withdrawn"]
LIVE: tuple[Stage, ...] = ("submitted", "accepted")
"""Stages at which the centre goes on with a result; offices need not wait for the acceptance."""

# --- State


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A reported result; `submission` is the sequence of the fact that reported it.

    `authors` are the actors who wrote what it says, `assessed` and `filing_decided` the days on
    which that happened, in the order recorded.
    """

    stage: Stage = "undisclosed"
    institution: str = ""
    contributors: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    submission: int = 0
    submitted: date = date.min
    latest: date = date.min
    assessed: tuple[date, ...] = ()
    filing_decided: tuple[date, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anybody submitted it."""
        return self.stage != "undisclosed"


# --- evolve

StageFact = DisclosureWithdrawn | DisclosureAccepted | DisclosureRejected
ResultFact = (
    OwnershipDetermined
    | ResultRightGranted
    | ResultPublished
    | PrefilingAssessed
    | FilingDecided
    | PatentFiled
)
DisclosureFact = DisclosureSubmitted | DisclosureAmended | StageFact | ResultFact


def evolve(state: Disclosure, fact: DisclosureFact, seen: Recorded) -> Disclosure:
    """Fold one fact about a disclosure."""
    match fact:
        case DisclosureSubmitted():
            submitted = replace(
                state,
                stage="submitted",
                institution=seen.institution,
                submission=seen.sequences[fact.disclosure],
                submitted=fact.submitted,
            )
            return _written(submitted, fact, seen)
        case DisclosureAmended():
            return _written(state, fact, seen)
        case DisclosureWithdrawn():
            return replace(state, stage="withdrawn", latest=fact.on)
        case DisclosureAccepted():
            return replace(state, stage="accepted", latest=fact.on)
        case DisclosureRejected():
            return replace(state, stage="rejected", latest=fact.on)
        case PrefilingAssessed():
            return replace(state, assessed=(*state.assessed, fact.on))
        case FilingDecided():
            return replace(state, filing_decided=(*state.filing_decided, fact.on))
        case OwnershipDetermined() | ResultRightGranted() | ResultPublished() | PatentFiled():
            return state
        case _:
            assert_never(fact)


def _written(
    state: Disclosure, fact: DisclosureSubmitted | DisclosureAmended, seen: Recorded
) -> Disclosure:
    return replace(
        state,
        contributors=tuple(part.person for part in fact.contributors),
        authors=tuple(dict.fromkeys((*state.authors, seen.actor))),
        latest=fact.effective,
    )


# --- guards and readings that the commands share


def need_disclosure(case: Case, disclosure: str) -> Disclosure:
    """A disclosure made to the case's institution. Refuses SUBJECT_IS_UNKNOWN for any other."""
    state = case.read(Disclosure, disclosure)
    if not state.known or state.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=disclosure)
    return state


def need_stage(disclosure: str, state: Disclosure, *stages: Stage) -> None:
    """Refuse DISCLOSURE_IS_AT_ANOTHER_STAGE than these."""
    if state.stage not in stages:
        raise Refusal(
            Refused.DISCLOSURE_IS_AT_ANOTHER_STAGE,
            disclosure=disclosure,
            stage=state.stage,
            needed=list(stages),
        )


def stage_day(state: Disclosure, wanted: date | None, case: Case) -> date:
    """The date of the next stage, today unless given. Refuses one before the stage it follows."""
    day = wanted or case.today
    if day < state.latest:
        raise Refusal(
            Refused.STAGE_MUST_NOT_PRECEDE_THE_ONE_BEFORE,
            on=day.isoformat(),
            before=state.latest.isoformat(),
        )
    return day


def need_each_once(persons: Iterable[str]) -> None:
    """Refuse a person named twice."""
    named = tuple(persons)
    for person in named:
        if named.count(person) > 1:
            raise Refusal(Refused.PERSON_IS_NAMED_TWICE, person=person)


def need_sound_contributors(parts: tuple[Contributor, ...]) -> None:
    """Refuse a person named twice, and shares that do not make up the whole once any is agreed."""
    need_each_once(part.person for part in parts)
    shares = [part.share.fraction for part in parts if part.share is not None]
    if shares and (len(shares) < len(parts) or sum(shares) != 1):
        raise Refusal(
            Refused.SHARES_DO_NOT_SUM_TO_WHOLE,
            sum=str(sum(shares, Fraction())),
            given=len(shares),
            persons=len(parts),
        )


def of_submission(fact: Fact, state: Disclosure, *rests_on: Ref) -> New:
    """A fact about a disclosure, resting on its submission and on what else it names."""
    return New(fact, rests_on=(Ref(fact.subjects()[0], state.submission), *rests_on))
