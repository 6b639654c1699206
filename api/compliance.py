"""Clauses asked for: whose cells, at which moment, checked against rights; each answer a table."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from api.access import Caller, Scope
from api.figures import Standpoint
from api.moments import KnownAt, read_day, read_known_at
from api.readings import Reading, rules_in_use
from api.rights import Kind as Of
from api.rights import rows_within, scope_of
from compliance.assess import matrix
from compliance.catalogues import BY_ID, CATALOGUES
from compliance.clause import CAVEAT, Catalogue, Clause, ClauseIsUnknown
from compliance.deadlines import deadlines
from ledger.refusals import Refusal, Refused
from projections.kept import Reach
from projections.moment import Moment
from projections.subject_names import subject_names
from projections.tape import Tape
from projections.view import DTYPES, INSTITUTION, OF_INSTITUTION, Column, Kind, count

WHERE: Final = (INSTITUTION, "as_of", "known_at")
"""Parameters that every reading of clauses takes."""

NAMED: Final = (
    Column("name_zh", "名称(中文)", "Name (Chinese)"),
    Column("name_en", "名称(英文)", "Name (English)"),
)
TITLED: Final = (
    Column("clause", "条款", "Clause"),
    Column("title_zh", "条款名称(中文)", "Title (Chinese)"),
    Column("title_en", "条款名称(英文)", "Title (English)"),
)
_MATRIX: Final = (
    OF_INSTITUTION,
    *NAMED,
    *TITLED,
    Column("status", "状态", "Status", Kind.CODE),
    count("evidence", "证据", "Evidence"),
    count("breaches", "相悖的事实", "Breaches"),
    count("gaps", "缺口", "Gaps"),
    count("dues", "待办", "Due"),
    Column("newest", "最新证据日期", "Newest evidence", Kind.DATE),
    Column("next_due", "最近期限", "Due date", Kind.DATE),
    Column("next_step_zh", "下一步(中文)", "Next step (Chinese)"),
    Column("next_step_en", "下一步(英文)", "Next step (English)"),
    Column("mend", "可用的操作", "Commands", Kind.CODES),
    Column("decision", "不适用的决定", "Decision", Kind.SUBJECT),
    count("decided_at", "决定的批准位置", "Position of the approval"),
    Column("source", "出处", "Source"),
    Column("mark", "依据可靠程度", "How surely known", Kind.CODE),
)
_DEADLINES: Final = (
    Column("due", "期限", "Last day", Kind.DATE),
    Column("state", "办理情况", "State", Kind.CODE),
    Column("knowledge", "当时所知", "Known then", Kind.CODE),
    OF_INSTITUTION,
    *NAMED,
    Column("catalogue", "目录", "Catalogue", Kind.CODE),
    *TITLED,
    Column("subject", "对象", "Subject", Kind.SUBJECT),
    Column("on", "事实日期", "Date of the fact", Kind.DATE),
    count("position", "事实位置", "Position"),
    Column("known_then", "当时已知", "Known at the last day", Kind.FLAG),
    Column("code", "尚缺", "What is open", Kind.CODE),
)


@dataclass(frozen=True, slots=True)
class ClauseTable:
    """What a table about clauses is called, and its columns."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class AskedClauses:
    """Whose clauses somebody asks for, at which moment, and the scope they have."""

    scope: Scope
    institution: str | None
    as_of: date | None
    known_at: KnownAt | None

    def parts(self) -> list[Any]:
        """What tells this question from others, for ETags."""
        return [self.institution, self.scope.parts()]

    def rows(self) -> pl.Expr:
        """Rows of the institution asked about, else of all that the reader may see."""
        if self.institution is not None:
            return pl.col(INSTITUTION) == self.institution
        return rows_within(self.scope)


@dataclass(frozen=True, slots=True)
class _Matrix:
    """The matrix of a catalogue, as something that is kept."""

    catalogue: Catalogue
    key: tuple[str, ...] = (INSTITUTION, "place")
    reach: Reach | None = None

    @property
    def name(self) -> str:
        return f"clauses:{self.catalogue.id}"

    def frame(self, tape: Tape, moment: Moment) -> pl.LazyFrame:
        return matrix(tape, moment, self.catalogue)


@dataclass(frozen=True, slots=True)
class _Deadlines:
    """All last days, as something that is kept."""

    name: str = "deadlines"
    key: tuple[str, ...] = ("due", "catalogue", "clause", INSTITUTION, "subject")
    reach: Reach | None = None

    def frame(self, tape: Tape, moment: Moment) -> pl.LazyFrame:
        return deadlines(tape, moment).lazy()


def catalogues_for(caller: Caller) -> tuple[Catalogue, ...]:
    """The catalogues this caller may read: all for those in an office, else none."""
    return CATALOGUES if scope_of(caller, Of.CLAUSE) else ()


def catalogue_named(caller: Caller, name: str) -> Catalogue:
    """A catalogue by its id. Raises Refusal(CATALOGUE_IS_UNKNOWN)."""
    readable = catalogues_for(caller)
    if not readable or name not in BY_ID:
        known = ", ".join(each.id for each in readable) or "—"
        raise Refusal(Refused.CATALOGUE_IS_UNKNOWN, catalogue=name[:80], known=known)
    return BY_ID[name]


def clause_named(catalogue: Catalogue, name: str) -> Clause:
    """A clause by its id. Raises Refusal(CLAUSE_IS_UNKNOWN)."""
    try:
        return catalogue.clause(name)
    except ClauseIsUnknown as error:
        known = ", ".join(each.id for each in catalogue.clauses)
        raise Refusal(
            Refused.CLAUSE_IS_UNKNOWN, catalogue=catalogue.id, clause=name[:80], known=known
        ) from error


def asked_clauses(caller: Caller, given: Mapping[str, str]) -> AskedClauses:
    """The clauses a caller asks for with the parameters of WHERE.

    Raises Refusal: CATALOGUE_IS_UNKNOWN for somebody without an office, SUBJECT_IS_UNKNOWN for an
    institution outside the scope, PARAMETER_IS_MALFORMED.
    """
    scope, institution = scope_of(caller, Of.CLAUSE), given.get(INSTITUTION)
    if not scope:
        raise Refusal(Refused.CATALOGUE_IS_UNKNOWN, catalogue="*", known="—")
    scope.need(institution)
    as_of, known_at = read_day("as_of", given.get("as_of")), read_known_at(given.get("known_at"))
    return AskedClauses(scope, institution, as_of, known_at)


def one_institution(asked: AskedClauses) -> str:
    """The institution asked about: the one named, or the only one of the reader.

    Raises Refusal(PARAMETER_IS_MISSING) where there are several.
    """
    if asked.institution is not None:
        return asked.institution
    if asked.scope.everywhere or len(asked.scope.institutions) > 1:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter=INSTITUTION)
    return next(iter(asked.scope.institutions))


def described(catalogue: Catalogue) -> dict[str, Any]:
    """A catalogue with its clauses, and where to ask for their statuses."""
    return {
        "catalogue": catalogue.id,
        "version": catalogue.version,
        "zh": catalogue.title.zh,
        "en": catalogue.title.en,
        "source": catalogue.source,
        "mark": catalogue.mark,
        "caveat_zh": CAVEAT.zh,
        "caveat_en": CAVEAT.en,
        "href": f"/v1/compliance/{catalogue.id}",
        "clauses": [clause_told(each) for each in catalogue.clauses],
    }


def clause_told(clause: Clause) -> dict[str, Any]:
    """All that is declared of a clause."""
    return {
        "id": clause.id,
        "zh": clause.title.zh,
        "en": clause.title.en,
        "requirement_zh": clause.requirement.zh,
        "requirement_en": clause.requirement.en,
        "next_step_zh": clause.next_step.zh,
        "next_step_en": clause.next_step.en,
        "mend": list(clause.mend),
        "binds": sorted(clause.binds),
        "fresh_months": clause.fresh_months,
        "source": clause.source,
        "mark": clause.mark,
    }


def matrix_read(catalogue: Catalogue, asked: AskedClauses, at: Standpoint) -> Reading:
    """The cells of a catalogue that the reader may see, in order of institution and clause. Blocks.

    The next step stands beside cells that are neither evidenced nor not applicable.
    """
    rows = at.kept.rows(_Matrix(catalogue), at.tape, at.moment.as_of).filter(asked.rows())
    settled = pl.col("status").is_in(["evidenced", "not-applicable"])
    steps = ("next_step_zh", "next_step_en", "mend")
    full = (
        named(rows, at.tape)
        .join(_declared(catalogue), on="clause", how="left", maintain_order="left")
        .with_columns(pl.when(~settled).then(pl.col(step)).alias(step) for step in steps)
    )
    told = {key: value for key, value in described(catalogue).items() if key != "clauses"}
    title = catalogue.title
    table = ClauseTable(catalogue.id, title.zh, title.en, _MATRIX)
    return reading_of(table, full, at, told)


def deadlines_read(asked: AskedClauses, at: Standpoint) -> Reading:
    """The last days that statutes name, ahead and missed, by day. Blocks.

    `knowledge` tells what was not done from what was done and not on record then.
    """
    rows = at.kept.rows(_Deadlines(), at.tape, at.moment.as_of).filter(asked.rows())
    unknown, done = ~pl.col("known_then"), pl.col("state") == "done"
    knowledge = (
        pl.when(unknown & done)
        .then(pl.lit("doing-not-known-then"))
        .when(unknown)
        .then(pl.lit("duty-not-known-then"))
    )
    declared = pl.concat(
        [_declared(each).with_columns(catalogue=pl.lit(each.id)) for each in CATALOGUES]
    )
    full = (
        named(rows, at.tape)
        .with_columns(knowledge=knowledge)
        .join(declared, on=["catalogue", "clause"], how="left", maintain_order="left")
    )
    return reading_of(ClauseTable("deadlines", "期限", "Deadlines", _DEADLINES), full, at, {})


def reading_of(
    table: ClauseTable, rows: pl.DataFrame, at: Standpoint, told: Mapping[str, Any]
) -> Reading:
    """Rows as a reading with exactly the declared columns of its table."""
    shown = rows.select(pl.col(each.name).cast(DTYPES[each.kind]) for each in table.columns)
    return Reading(table, at.moment, at.head, rules_in_use(at.tape), shown, told)


def named(rows: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Rows with the names of their institutions: name_zh, name_en String."""
    return rows.join(
        _names(tape, rows[INSTITUTION].unique().to_list()),
        on=INSTITUTION,
        how="left",
        maintain_order="left",
    )


def _names(tape: Tape, institutions: Collection[str]) -> pl.DataFrame:
    found = subject_names(tape, institutions)
    return pl.DataFrame(
        [(each, title.zh, title.en) for each, title in found.items()],
        schema={INSTITUTION: pl.String, "name_zh": pl.String, "name_en": pl.String},
        orient="row",
    )


def _declared(catalogue: Catalogue) -> pl.DataFrame:
    """What is declared of each clause: clause, title_zh, title_en, steps, mend, source, mark."""
    return pl.DataFrame(
        [
            {
                "clause": each.id,
                "title_zh": each.title.zh,
                "title_en": each.title.en,
                "next_step_zh": each.next_step.zh,
                "next_step_en": each.next_step.en,
                "mend": list(each.mend),
                "source": each.source,
                "mark": each.mark.value,
            }
            for each in catalogue.clauses
        ]
    )
