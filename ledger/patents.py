"""Patents: filings and what the office announces about the right, in whatever order it comes."""

from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.actors import Role
from ledger.case import Breach, Case, Command, Decision, New, Ref
from ledger.declaration import Declaration
from ledger.disclosure_state import need_disclosure
from ledger.facts import (
    NumberProven,
    PatentExpired,
    PatentFiled,
    PatentGranted,
    PatentInvalidated,
    PatentLapsed,
    PatentRestored,
)
from ledger.facts.patents import OFFICE_RECORD, PatentKind
from ledger.identifiers import filing_year, patent_kind
from ledger.institutions import Institution
from ledger.persons import need_person
from ledger.policies.holidays import add_months
from ledger.refusals import Refusal, Refused
from ledger.rights import (
    IN_FORCE,
    LICENSABLE,
    PENDING,
    Patent,
    Status,
    evolve,
    patent_and_day,
    unless,
)
from ledger.subjects import DisclosureId, InstitutionId, PatentId, PersonId, Text

__all__ = [
    "DECLARATIONS",
    "ExpirePatent",
    "FilePatent",
    "GrantPatent",
    "InvalidatePatent",
    "LapsePatent",
    "Patent",
    "RestorePatent",
    "evolve",
    "filing_of",
    "number_breaches",
    "shows_office_record",
    "term_ends",
]

_TERM_YEARS: dict[PatentKind, int] = {"invention": 20, "utility-model": 10, "design": 15}
_DESIGN_TERM_YEARS_BEFORE = 10
_DESIGN_TERM_CHANGED = date(2021, 6, 1)

_ENDED_EARLY: frozenset[Status] = frozenset({"lapsed", "abandoned"})
_WERE_GRANTED: frozenset[Status] = IN_FORCE | _ENDED_EARLY | {"expired"}


def term_ends(kind: PatentKind, filed: date) -> date:
    """Day on which the term is over, without compensation (专利法 art. 42): 20, 10 or 15 years.

    Designs filed before 2021-06-01 have 10 years.
    """
    years = _TERM_YEARS[kind]
    if kind == "design" and filed < _DESIGN_TERM_CHANGED:
        years = _DESIGN_TERM_YEARS_BEFORE
    return add_months(filed, 12 * years)


# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class FilePatent(Command):
    """Record an application. Without `kind` the number tells it, without owners it is one's own.

    `other_owners` are organisations by name; for each natural person it says 自然人 and no name.
    """

    NAME: ClassVar[str] = "patent.file"
    ZH: ClassVar[str] = "登记专利申请"
    EN: ClassVar[str] = "Record a patent application"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    kind: PatentKind | None = None
    title: Text
    filed: date
    owners: Annotated[tuple[InstitutionId, ...], Field(max_length=50)] = ()
    other_owners: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    inventors: Annotated[tuple[PersonId, ...], Field(max_length=100)] = ()
    disclosure: DisclosureId | None = None


class GrantPatent(Command):
    """Record that the grant was announced."""

    NAME: ClassVar[str] = "patent.grant"
    ZH: ClassVar[str] = "登记专利授权"
    EN: ClassVar[str] = "Record the grant of a patent"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    announcement: Text | None = None
    on: date | None = None


class LapsePatent(Command):
    """Record that the right ended before its term."""

    NAME: ClassVar[str] = "patent.lapse"
    ZH: ClassVar[str] = "登记专利权终止"
    EN: ClassVar[str] = "Record the lapse of a patent"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    cause: Literal["unpaid-annuity", "abandoned"]
    on: date | None = None


class RestorePatent(Command):
    """Record that a lapsed right was restored."""

    NAME: ClassVar[str] = "patent.restore"
    ZH: ClassVar[str] = "登记专利权恢复"
    EN: ClassVar[str] = "Record the restoration of a patent"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    on: date | None = None


class ExpirePatent(Command):
    """Record that the term ran out."""

    NAME: ClassVar[str] = "patent.expire"
    ZH: ClassVar[str] = "登记专利权届满"
    EN: ClassVar[str] = "Record the expiry of a patent"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    on: date | None = None


class InvalidatePatent(Command):
    """Record that the right was declared invalid."""

    NAME: ClassVar[str] = "patent.invalidate"
    ZH: ClassVar[str] = "登记专利权无效"
    EN: ClassVar[str] = "Record the invalidation of a patent"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    extent: Literal["wholly", "partly"]
    on: date | None = None


# --- decide


def file_patent(command: FilePatent, case: Case) -> Decision:
    """Record a filing. Refuses a kind that the number denies; unknown owners, inventors, results.

    A number of an earlier year than the filing is a breach, except where a PCT application gave
    it its year. A number of another institution's file is refused with what can be done about it,
    NUMBER_IS_HELD_ELSEWHERE or NUMBER_IS_SETTLED_FOR_ANOTHER.
    """
    fact = filing_of(command, case)
    _need_unheld(case, command.patent)
    new = [New(fact, _origin(command.disclosure, case))]
    if shows_office_record(command):
        new.append(New(NumberProven(patent=command.patent, claim=None, on=case.today)))
    return Decision(tuple(new), number_breaches(fact.patent, fact.filed))


def _need_unheld(case: Case, patent: str) -> None:
    state = case.read(Patent, patent)
    if state.known and case.institution in state.parties:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=patent)
    if state.settled_for not in (None, case.institution):
        raise Refusal(Refused.NUMBER_IS_SETTLED_FOR_ANOTHER, patent=patent)
    if state.known:
        raise Refusal(Refused.NUMBER_IS_HELD_ELSEWHERE, patent=patent)


def shows_office_record(command: Command) -> bool:
    """Whether the patent office's own record of the number is among the evidence."""
    return any(item.kind == OFFICE_RECORD for item in command.evidence)


def filing_of(command: FilePatent, case: Case) -> PatentFiled:
    """What a command says of a filing. Refuses a kind that the number denies, unknown owners."""
    number = command.patent.removeprefix("patent:")
    kind: PatentKind = patent_kind(number).value
    if command.kind is not None and command.kind != kind:
        raise Refusal(
            Refused.PATENT_KIND_CONTRADICTS_NUMBER,
            patent=command.patent,
            kind=command.kind,
            expected=kind,
        )
    owners = tuple(dict.fromkeys(command.owners)) or (case.institution,)
    for owner in owners:
        if not case.read(Institution, owner).known:
            raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=owner)
    inventors = tuple(dict.fromkeys(command.inventors))
    for inventor in inventors:
        need_person(case, inventor)
    return PatentFiled(
        patent=command.patent,
        kind=kind,
        title=command.title,
        filed=command.filed,
        owners=owners,
        other_owners=command.other_owners,
        inventors=inventors,
        disclosure=command.disclosure,
    )


def _origin(disclosure: str | None, case: Case) -> tuple[Ref, ...]:
    """The submission of the result that a filing came from."""
    if disclosure is None:
        return ()
    return (Ref(disclosure, need_disclosure(case, disclosure).submission),)


def number_breaches(patent: str, filed: date) -> tuple[Breach, ...]:
    """A number older than its filing, unless a PCT application gave it its year."""
    number = patent.removeprefix("patent:")
    year = filing_year(number)
    if filed.year <= year or _came_through_pct(number):
        return ()
    values = {"patent": patent, "filed": filed.isoformat(), "year": year}
    return (Breach("number-is-older-than-filing", values),)


def _came_through_pct(number: str) -> bool:
    type_digit = number[4] if len(number) == 13 else number[2]
    return type_digit in "89"


def grant_patent(command: GrantPatent, case: Case) -> Decision:
    """Record a grant. Refused before the filing; a right that is not pending is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = PatentGranted(patent=command.patent, announcement=command.announcement, on=on)
    breaches = unless(PENDING, "right-is-not-pending", command.patent, patent, on)
    return Decision((New(fact, _rests(command.patent, patent)),), breaches)


def lapse_patent(command: LapsePatent, case: Case) -> Decision:
    """Record a lapse; an application can be abandoned, all else needs a right in force."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = PatentLapsed(patent=command.patent, cause=command.cause, on=on)
    fitting = LICENSABLE if command.cause == "abandoned" else IN_FORCE
    breaches = unless(fitting, "right-is-not-in-force", command.patent, patent, on)
    return Decision((New(fact, _rests(command.patent, patent)),), breaches)


def restore_patent(command: RestorePatent, case: Case) -> Decision:
    """Record a restoration; a right that had not lapsed is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = PatentRestored(patent=command.patent, on=on)
    breaches = unless(_ENDED_EARLY, "right-is-not-lapsed", command.patent, patent, on)
    return Decision((New(fact, _rests(command.patent, patent, on)),), breaches)


def expire_patent(command: ExpirePatent, case: Case) -> Decision:
    """Record an expiry; a right not in force, or a term not yet over, is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = PatentExpired(patent=command.patent, on=on)
    breaches = unless(IN_FORCE, "right-is-not-in-force", command.patent, patent, on)
    ends = term_ends(patent.kind, patent.filed)
    # Registers name the last day of the term as often as the day after it.
    if on < ends - timedelta(days=1):
        values = {"patent": command.patent, "on": on.isoformat(), "term_ends": ends.isoformat()}
        breaches = (*breaches, Breach("expiry-precedes-term", values))
    return Decision((New(fact, _rests(command.patent, patent)),), breaches)


def invalidate_patent(command: InvalidatePatent, case: Case) -> Decision:
    """Record an invalidation; one of a right never granted, or invalid already, is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = PatentInvalidated(patent=command.patent, extent=command.extent, on=on)
    breaches = unless(_WERE_GRANTED, "right-cannot-be-invalidated", command.patent, patent, on)
    return Decision((New(fact, _rests(command.patent, patent)),), breaches)


def _rests(patent: str, state: Patent, after: date | None = None) -> tuple[Ref, ...]:
    """The filing, and with a day the turn before it (a restoration rests on the lapse)."""
    refs = [Ref(patent, state.filing)]
    if after is not None and (turn := state.turn_on(after)).sequence > 0:
        refs.append(Ref(patent, turn.sequence))
    return tuple(dict.fromkeys(refs))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(FilePatent, file_patent, (PatentFiled, NumberProven)),
    Declaration(GrantPatent, grant_patent, (PatentGranted,)),
    Declaration(LapsePatent, lapse_patent, (PatentLapsed,)),
    Declaration(RestorePatent, restore_patent, (PatentRestored,)),
    Declaration(ExpirePatent, expire_patent, (PatentExpired,)),
    Declaration(InvalidatePatent, invalidate_patent, (PatentInvalidated,)),
)
