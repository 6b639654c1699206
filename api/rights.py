"""Who may read what: the one place where a caller and a thing are laid beside each other.

A kind of thing has one `Rule`: the offices that read whole institutions, the roles that read
what is their own. `scope_of` folds it with a caller's grants of today into a `Scope`, and that
answers for a single thing (`reads`), for rows of a frame (`rows`) and for rows of the log
(`api.entries`). What lies outside is answered as if it did not exist.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import polars as pl

from api.access import Caller, Scope
from api.desk import READS_DESK, READS_TEXTS
from ledger.actors import AUDITORS, BUREAU_ROLES, WITHOUT_BUSINESS, Role
from ledger.facts import (
    GIVING_RIGHTS,
    CounterpartyRegistered,
    CounterpartySizeDeclared,
    CounterpartySizeVerified,
    EvidenceKept,
    Fact,
    FundClosed,
    FundOpened,
    InstitutionRegistered,
    LogOpened,
    PolicyAdopted,
    WorkingPaperMade,
)
from ledger.refusals import Refusal, Refused
from projections.audit_files import INTERNAL, audit_files
from projections.fact_titles import Title
from projections.reader import Reader
from projections.subject_names import subject_names
from projections.tape import Tape
from projections.view import INSTITUTION, OFFICES, OFFICES_SEEING_PERSONS, SIDE, View

SHARED: Final = tuple(
    fact.TOPIC
    for fact in (
        InstitutionRegistered,
        PolicyAdopted,
        CounterpartyRegistered,
        CounterpartySizeDeclared,
        CounterpartySizeVerified,
        FundOpened,
        FundClosed,
    )
)
"""Facts that all institutions read: identities, sizes, adopted rules and the terms of funds. Who
recorded one and why is told to those who read the institution it belongs to."""

SHARED_KINDS: Final = ("counterparty", "institution", "policy")
"""Subjects whose corrections all institutions read, as they read what was corrected."""

_BEGINNINGS: Final[tuple[type[Fact], ...]] = (LogOpened, InstitutionRegistered)
ACCESS: Final = tuple(each.TOPIC for each in (*_BEGINNINGS, *GIVING_RIGHTS))
"""Facts about rights, which their administrators read and nothing else."""

GUARDIANS: Final = WITHOUT_BUSINESS
TAKERS: Final = AUDITORS | BUREAU_ROLES
"""Who may carry away what they may read: bundles hold persons' ids and every amount. The audited
are not among them: a part is complete only with the facts that keep their auditors' files."""


_FILES: Final = frozenset({EvidenceKept.TOPIC, WorkingPaperMade.TOPIC})


class Kind(StrEnum):
    """Kinds of things that are read; views have rules of their own, declared with them."""

    FACT = "fact"
    RIGHT = "fact about rights"
    DOCUMENT = "document"
    PAPER = "what a paper is made of"
    SAMPLE = "sample"
    FIGURE = "figure"
    CLAUSE = "clause"
    PERSON = "name of a person"
    LOG = "entry tile"
    BUNDLE = "bundle"
    LINE = "unclaimed line"
    TEXT = "text of an unclaimed line"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who reads a kind of thing: whole institutions, or of one only what names oneself."""

    offices: frozenset[Role]
    own: frozenset[Role] = frozenset()


RULES: Final = {
    Kind.FACT: Rule(OFFICES_SEEING_PERSONS),
    Kind.RIGHT: Rule(GUARDIANS),
    Kind.DOCUMENT: Rule(OFFICES_SEEING_PERSONS),
    Kind.PAPER: Rule(AUDITORS),
    Kind.SAMPLE: Rule(OFFICES_SEEING_PERSONS),
    Kind.FIGURE: Rule(OFFICES),
    Kind.CLAUSE: Rule(OFFICES),
    Kind.PERSON: Rule(OFFICES_SEEING_PERSONS),
    Kind.LOG: Rule(OFFICES_SEEING_PERSONS),
    Kind.BUNDLE: Rule(TAKERS),
    Kind.LINE: Rule(READS_DESK),
    Kind.TEXT: Rule(READS_TEXTS),
}
"""Entries and documents carry persons' ids, so they are for offices that see persons."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to be read: whose it is (None: nobody's), whom it names, whose audit file it is.

    `shared` things are read by everybody with an office that reads the kind at all.
    """

    kind: Kind | View
    institution: str | None = None
    persons: Collection[str] = ()
    side: str | None = None
    shared: bool = False


def scope_of(caller: Caller, kind: Kind | View) -> Scope:
    """Whose things of a kind the caller may read today; empty for who reads none of it."""
    rule = _rule(kind)
    scope = caller.scope(rule.offices, rule.own)
    if kind is Kind.RIGHT:
        return replace(scope, everywhere=bool(caller.roles & GUARDIANS))
    if Role.STATE_AUDITOR in caller.roles & rule.offices:
        return replace(scope, audits=None)
    return replace(scope, audits=caller.scope(AUDITORS & rule.offices).institutions)


def _rule(kind: Kind | View) -> Rule:
    if isinstance(kind, Kind):
        return RULES[kind]
    return Rule(kind.reads, frozenset() if kind.own is None else kind.own.roles)


def may_read(caller: Caller, thing: Thing) -> bool:
    """Whether this caller may read this; whoever may not is told that there is no such thing."""
    return reads(scope_of(caller, thing.kind), thing)


def reads(scope: Scope, thing: Thing) -> bool:
    """Whether a scope holds a thing of the kind it is of."""
    if not scope or not _opens(scope, thing):
        return False
    if scope.everywhere or thing.shared or thing.institution in scope.institutions - scope.own_in:
        return True
    return thing.institution in scope.own_in and scope.person in thing.persons


def _opens(scope: Scope, thing: Thing) -> bool:
    """Whether it is no auditor's file, or one of an audit the reader belongs to."""
    if thing.side is None or scope.audits is None:
        return True
    return thing.side == INTERNAL and thing.institution in scope.audits


def desk_of(caller: Caller, wanted: str | None) -> str:
    """The institution whose desk the caller sees. Raises Refusal.

    ROLE_IS_MISSING without a role at any desk, SUBJECT_IS_UNKNOWN for an institution without,
    INSTITUTION_MUST_BE_NAMED when several would do.
    """
    scope = scope_of(caller, Kind.LINE)
    if not scope:
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(READS_DESK))
    scope.need(wanted)
    if wanted is None and len(scope.institutions) > 1:
        raise Refusal(Refused.INSTITUTION_MUST_BE_NAMED, institutions=sorted(scope.institutions))
    return wanted or next(iter(scope.institutions))


def reads_facts(caller: Caller) -> bool:
    """Whether any history is open to the caller beside their own."""
    return any(scope_of(caller, kind) for kind in (Kind.FACT, Kind.RIGHT))


def tells_who(scope: Scope, institution: str | None) -> bool:
    """Whether the reader is told who recorded a fact that all may read, and why."""
    return scope.everywhere or institution in scope.institutions - scope.own_in


def rows_seen(scope: Scope, view: View, rows: pl.LazyFrame, tape: Tape) -> pl.LazyFrame:
    """All rows of a view cut to those a scope holds, and these to what it is told of them.

    The same answer as `reads` for each row; to be cut before anything else is chosen, since
    what is left of a cap is counted over all rows. A row with a position is a fact's.
    """
    if not scope.everywhere:
        place = pl.col(INSTITUTION)
        if view.outside is not None:
            rows = view.outside(rows)
        whole = place.is_in(sorted(scope.institutions - scope.own_in))
        own = place.is_in(sorted(scope.own_in)) & view.names(scope.person)
        told = [pl.when(whole | own).then(name).alias(name) for name in view.recorders]
        if INSTITUTION in view.schema:
            rows = rows.filter(whole | own | place.is_null()).with_columns(told)
    if SIDE in view.schema and scope.audits is not None:
        audited = pl.col(INSTITUTION).is_in(sorted(scope.audits))
        rows = rows.filter(pl.col(SIDE).is_null() | (audited & (pl.col(SIDE) == INTERNAL)))
    if "position" in view.schema and (closed := withheld(tape, scope)):
        rows = rows.filter(~pl.col("position").is_in(closed))
    return rows


def sees_whole_rows(scope: Scope, view: View) -> bool:
    """Whether a reader sees of the scope's institutions every row of a view, and all of each."""
    return (scope.everywhere or view.outside is None) and (
        scope.audits is None or SIDE not in view.schema
    )


def rows_within(scope: Scope) -> pl.Expr:
    """Whether a row with column `institution` belongs to one of a scope's."""
    if scope.everywhere:
        return pl.lit(True)
    return pl.col(INSTITUTION).is_in(sorted(scope.institutions)).fill_null(False)


def facts_seen(scope: Scope, facts: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Facts of a tape (columns position, topic, institution) cut to those a scope holds."""
    held = rows_within(scope) | pl.col("topic").is_in(SHARED)
    return facts.filter(held & ~pl.col("position").is_in(withheld(tape, scope)))


def withheld(tape: Tape, scope: Scope) -> list[int]:
    """Positions of the auditors' files on a tape that a scope does not hold."""
    if scope.audits is None or not _FILES & tape.topics:
        return []
    files = audit_files(tape).collect().iter_rows(named=True)
    return [
        row["position"]
        for row in files
        if not _opens(scope, Thing(Kind.FACT, row[INSTITUTION], side=row[SIDE]))
    ]


def closed_files(scope: Scope, reader: Reader) -> list[int]:
    """`withheld` of the newest tape; who may open every file needs none, be the log damaged."""
    return [] if scope.audits is None else withheld(reader.tape(), scope)


def names_for(tape: Tape, wanted: Collection[str], scope: Scope) -> dict[str, Title]:
    """The names of subjects that a reader of this scope may know."""
    within = None if scope.everywhere else scope.institutions
    return subject_names(tape, wanted, within, withheld(tape, scope))


def need_within(scope: Scope, institution: str, subject: str) -> None:
    """Refuse a subject of an institution outside the scope with SUBJECT_IS_UNKNOWN, as if it did
    not exist."""
    if not (scope.everywhere or institution in scope.institutions):
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject[:80])
