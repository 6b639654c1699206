"""Applications beyond China: international ones, and those with offices abroad."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import AfterValidator, Field

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import ForeignFiled, ForeignGranted, PctFiled
from ledger.facts.portfolio import Office, PctNumber
from ledger.policies.holidays import HOLIDAYS_2018_2026, deadline_after_months, holiday_calendar
from ledger.refusals import Refusal, Refused
from ledger.rights import Patent, filings, need_after_filing, need_patents
from ledger.subjects import ForeignId, PatentId, Text

_PRIORITY_MONTHS, _PRIORITY_MONTHS_OF_DESIGNS = 12, 6
"""Paris Convention art. 4 C: the priority of a first filing lasts so long."""

_CALENDAR = holiday_calendar(HOLIDAYS_2018_2026)
NOT_ABROAD = frozenset({"CN", "WO"})
"""Offices at which nothing is filed abroad: home, and that of international applications."""

# --- State


@dataclass(frozen=True, slots=True)
class Foreign:
    """An application beyond China; `filing` is its fact's sequence on itself."""

    known: bool = False
    foreign: str = ""
    institution: str = ""
    is_pct: bool = False
    filed: date = date.min
    filing: int = 0
    granted: date | None = None


# --- evolve


def evolve(
    state: Foreign, fact: PctFiled | ForeignFiled | ForeignGranted, seen: Recorded
) -> Foreign:
    """Fold one fact; an application abroad also touches the international one it came from."""
    match fact:
        case PctFiled() | ForeignFiled():
            if state.known and fact.foreign != state.foreign:
                return state
            return Foreign(
                known=True,
                foreign=fact.foreign,
                institution=seen.institution,
                is_pct=isinstance(fact, PctFiled),
                filed=fact.filed,
                filing=seen.sequences[fact.foreign],
            )
        case ForeignGranted():
            return replace(state, granted=fact.on)
        case _:
            assert_never(fact)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


def _abroad(office: str) -> str:
    if office in NOT_ABROAD:
        raise ValueError("an office abroad is needed: CN is home, WO has its own command")
    return office


class FilePct(Command):
    """Record an international application and the Chinese filings whose priority it claims."""

    NAME: ClassVar[str] = "pct-application.file"
    ZH: ClassVar[str] = "登记PCT国际申请"
    EN: ClassVar[str] = "Record an international (PCT) application"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "foreign"
    foreign: ForeignId
    number: PctNumber
    patents: Annotated[tuple[PatentId, ...], Field(max_length=50)] = ()
    title: Text
    filed: date


class FileForeign(Command):
    """Record an application with an office abroad, its Chinese family, and the PCT it came by."""

    NAME: ClassVar[str] = "foreign-application.file"
    ZH: ClassVar[str] = "登记境外专利申请"
    EN: ClassVar[str] = "Record an application abroad"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    FRESH: ClassVar[str | None] = "foreign"
    foreign: ForeignId
    office: Annotated[Office, AfterValidator(_abroad)]
    number: Text | None = None
    patents: Annotated[tuple[PatentId, ...], Field(max_length=50)] = ()
    pct: ForeignId | None = None
    filed: date


class GrantForeign(Command):
    """Record that the office abroad granted the patent."""

    NAME: ClassVar[str] = "foreign-application.grant"
    ZH: ClassVar[str] = "登记境外专利授权"
    EN: ClassVar[str] = "Record a grant abroad"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    foreign: ForeignId
    number: Text | None = None
    on: date | None = None


# --- decide


def file_pct(command: FilePct, case: Case) -> Decision:
    """Record an international application. Refused before a filing whose priority it claims.

    Beyond the priority, or with a number of another year, it is a breach.
    """
    _need_new(case, command.foreign)
    patents = need_patents(case, command.patents)
    for patent, state in patents.items():
        need_after_filing(patent, state.filed, command.filed)
    fact = PctFiled(
        foreign=command.foreign,
        number=command.number,
        patents=tuple(patents),
        title=command.title,
        filed=command.filed,
    )
    breaches = _beyond_priority(patents, command.filed)
    year = int(command.number.partition("/")[2][2:6])
    if year != command.filed.year:
        values = {"number": command.number, "filed": command.filed.isoformat()}
        breaches = (*breaches, Breach("pct-number-contradicts-filing", values))
    return Decision((New(fact, filings(patents)),), breaches)


def file_foreign(command: FileForeign, case: Case) -> Decision:
    """Record an application abroad. Refused before the international one that it came by.

    Filed directly and beyond the priority of the earliest Chinese filing, it is a breach.
    """
    _need_new(case, command.foreign)
    patents = need_patents(case, command.patents)
    rests_on = filings(patents)
    breaches: tuple[Breach, ...] = ()
    if command.pct is None:
        breaches = _beyond_priority(patents, command.filed)
    else:
        pct = need_foreign(case, command.pct, is_pct=True)
        need_after_filing(command.pct, pct.filed, command.filed)
        rests_on = (*rests_on, Ref(command.pct, pct.filing))
    fact = ForeignFiled(
        foreign=command.foreign,
        office=command.office,
        number=command.number,
        patents=tuple(patents),
        pct=command.pct,
        filed=command.filed,
    )
    return Decision((New(fact, rests_on),), breaches)


def grant_foreign(command: GrantForeign, case: Case) -> Decision:
    """Record a grant abroad. Refused before the filing, and for an international application."""
    foreign = need_foreign(case, command.foreign, is_pct=False)
    on = command.on or case.today
    need_after_filing(command.foreign, foreign.filed, on)
    fact = ForeignGranted(foreign=command.foreign, number=command.number, on=on)
    breaches: tuple[Breach, ...] = ()
    if foreign.granted is not None:
        values = {"foreign": command.foreign, "granted": foreign.granted.isoformat()}
        breaches = (Breach("foreign-patent-is-granted-already", values),)
    return Decision((New(fact, (Ref(command.foreign, foreign.filing),)),), breaches)


def _need_new(case: Case, foreign: str) -> None:
    if case.read(Foreign, foreign).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=foreign)


def need_foreign(case: Case, foreign: str, *, is_pct: bool) -> Foreign:
    """An application of the case's institution, international or with an office abroad.

    Refuses SUBJECT_IS_UNKNOWN, and FOREIGN_APPLICATION_IS_OF_ANOTHER_KIND.
    """
    state = case.read(Foreign, foreign)
    if not state.known or state.institution != case.institution:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=foreign)
    if state.is_pct != is_pct:
        raise Refusal(Refused.FOREIGN_APPLICATION_IS_OF_ANOTHER_KIND, foreign=foreign)
    return state


def _beyond_priority(patents: Mapping[str, Patent], filed: date) -> tuple[Breach, ...]:
    """Family members filed so long before that their priority had run out."""
    found: list[Breach] = []
    for patent, state in patents.items():
        of_design = state.kind == "design"
        months = _PRIORITY_MONTHS_OF_DESIGNS if of_design else _PRIORITY_MONTHS
        last = deadline_after_months(state.filed, months, _CALENDAR)
        if filed > last:
            values = {"patent": patent, "filed": filed.isoformat(), "last_day": last.isoformat()}
            found.append(Breach("filing-is-beyond-priority", values))
    return tuple(found)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(FilePct, file_pct, (PctFiled,)),
    Declaration(FileForeign, file_foreign, (ForeignFiled,)),
    Declaration(GrantForeign, grant_foreign, (ForeignGranted,)),
)
