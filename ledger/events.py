"""Events that bring results and firms together."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Recorded
from ledger.declaration import Declaration
from ledger.facts import EventHeld
from ledger.facts.market import EventKind
from ledger.refusals import Refusal, Refused
from ledger.rights import filings, need_patents
from ledger.subjects import EventId, PatentId, Text

# --- State


@dataclass(frozen=True, slots=True)
class Event:
    """An event that was held."""

    known: bool = False
    institution: str = ""


# --- evolve


def evolve(state: Event, fact: EventHeld, seen: Recorded) -> Event:
    """Fold one fact about an event."""
    match fact:
        case EventHeld():
            return Event(known=True, institution=seen.institution)
        case _:
            assert_never(fact)


def need_words_for_other(kind: str, words: str | None) -> None:
    """Refuse the kind "other" without words for it, and words beside any kind on the list."""
    if (kind == "other") != (words is not None):
        raise Refusal(Refused.ONLY_OTHER_IS_DESCRIBED, kind=kind)


# --- Commands


class HoldEvent(Command):
    """Record an event; `firms` counts the firms that came, `patents` are those shown."""

    NAME: ClassVar[str] = "event.hold"
    ZH: ClassVar[str] = "登记对接活动"
    EN: ClassVar[str] = "Record an event"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.CENTRE_STAFF})
    FRESH: ClassVar[str | None] = "event"
    event: EventId
    kind: EventKind
    other_kind: Text | None = None
    channel: Literal["online", "on-site", "both"]
    title: Text
    firms: Annotated[int, Field(ge=0)] = 0
    patents: Annotated[tuple[PatentId, ...], Field(max_length=200)] = ()
    on: date | None = None


# --- decide


def hold_event(command: HoldEvent, case: Case) -> Decision:
    """Record an event. Refuses another institution's patents, and a kind without its words."""
    need_words_for_other(command.kind, command.other_kind)
    if case.read(Event, command.event).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.event)
    patents = need_patents(case, command.patents)
    fact = EventHeld(
        event=command.event,
        kind=command.kind,
        other_kind=command.other_kind,
        channel=command.channel,
        title=command.title,
        firms=command.firms,
        patents=tuple(patents),
        on=command.on or case.today,
    )
    return Decision((New(fact, rests_on=filings(patents)),))


DECLARATIONS: tuple[Declaration, ...] = (Declaration(HoldEvent, hold_event, (EventHeld,)),)
