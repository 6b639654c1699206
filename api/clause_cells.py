"""One cell of the matrix: what bears on it with the facts behind, and when its status changed."""

from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from api.access import Caller
from api.compliance import ClauseTable, clause_told, reading_of
from api.figure_facts import ReaderRights, facts_told, without_persons
from api.figures import Standpoint
from api.readings import Reading
from api.routes.paths import PATHS
from compliance.assess import Assessment, InstitutionIsNotBound, cell
from compliance.clause import BUREAU, CAVEAT, STATUS_WORDS, Catalogue, Clause
from compliance.turns import turns_dated, turns_known
from ledger.case import Command
from ledger.commands import BY_NAME
from ledger.facts import TOPICS
from ledger.refusals import Refusal, Refused
from projections.fact_titles import TITLES
from projections.figure_changes import facts_at
from projections.subject_names import subject_names
from projections.view import Column, Kind, count

DAYS_BEFORE: Final = 366
"""How far back the days are looked through for changes of a status unless a day is named."""

_ITEMS: Final = (
    Column("bearing", "性质", "Bearing", Kind.CODE),
    Column("subject", "对象", "Subject", Kind.SUBJECT),
    Column("on", "日期", "Date", Kind.DATE),
    Column("due", "期限", "Last day", Kind.DATE),
    Column("code", "问题", "What is wrong or open", Kind.CODE),
    count("position", "事实位置", "Position"),
    Column("fact_zh", "事实(中文)", "Fact (Chinese)"),
    Column("fact_en", "事实(英文)", "Fact (English)"),
)
_TURNS: Final = (
    Column("axis", "变化缘由", "How it changed", Kind.CODE),
    Column("status", "状态", "Status", Kind.CODE),
    Column("as_of", "业务时点", "As of", Kind.DATE),
    count("known_at", "认知时点", "Known at"),
    Column("recorded_at", "记录时间", "Recorded", Kind.TIME),
    count("position", "事实位置", "Position"),
    Column("fact_zh", "事实(中文)", "Fact (Chinese)"),
    Column("fact_en", "事实(英文)", "Fact (English)"),
    Column("subject", "对象", "Subject", Kind.SUBJECT),
)


def assessed(catalogue: Catalogue, clause: Clause, institution: str, at: Standpoint) -> Assessment:
    """The cell of an institution. Blocks. Raises Refusal(CLAUSE_DOES_NOT_BIND)."""
    try:
        return cell(at.tape, at.moment, catalogue, clause.id, institution)
    except InstitutionIsNotBound as error:
        raise Refusal(
            Refused.CLAUSE_DOES_NOT_BIND, clause=clause.id, institution=institution
        ) from error


def cell_read(catalogue: Catalogue, found: Assessment, caller: Caller, at: Standpoint) -> Reading:
    """The items of a cell as a table; the status, the facts and the next step are told beside it.

    Ids of persons are left out for readers who see none. Blocks.
    """
    reader, clause = ReaderRights.of(caller), found.clause
    items = without_persons(found.items, reader, "subject")
    decided = pl.Series([found.decided_at], dtype=pl.Int64)
    positions = pl.concat([items["position"], decided]).drop_nulls()
    name = subject_names(at.tape, {found.institution}).get(found.institution)
    told = {
        "catalogue": catalogue.id,
        "clause": clause_told(clause),
        "institution": found.institution,
        "name_zh": name.zh if name else None,
        "name_en": name.en if name else None,
        "status": found.status,
        "status_zh": STATUS_WORDS[found.status].zh,
        "status_en": STATUS_WORDS[found.status].en,
        "next_due": found.next_due,
        "decision": found.decision,
        "decided_at": found.decided_at,
        "caveat_zh": CAVEAT.zh,
        "caveat_en": CAVEAT.en,
        "mend": [_mend_told(command, caller, found) for command in clause.mend],
        "facts": facts_told(reader, at.tape, positions),
    }
    title = clause.title
    table = ClauseTable(
        f"{catalogue.id}-{clause.id}", f"{clause.id} {title.zh}", f"{clause.id} {title.en}", _ITEMS
    )
    return reading_of(table, _with_facts(items, reader, at), at, told)


def _mend_told(name: str, caller: Caller, found: Assessment) -> dict[str, Any]:
    """A command that would mend a cell, where it is, and whether the caller may give it."""
    command = BY_NAME[name].command
    return {
        "command": name,
        "zh": command.ZH,
        "en": command.EN,
        "path": PATHS[name],
        "page": f"/forms/{name}",
        "roles": sorted(command.ROLES or ()),
        "may": may_do(caller, command, found),
    }


def may_do(caller: Caller, command: type[Command], found: Assessment) -> bool:
    """Whether the caller's roles allow a command for the institution of a cell.

    City-wide roles act for the bureau.
    """
    place = None if found.clause.binds == BUREAU else found.institution
    return any(
        grant.role in (command.ROLES or ()) and grant.scope == place and grant.holds(caller.day)
        for grant in caller.state.grants
    )


def history_read(
    catalogue: Catalogue, found: Assessment, caller: Caller, at: Standpoint, since: date | None
) -> Reading:
    """When a cell's status changed: as facts became known, and from one day to another. Blocks.

    On the first axis the business date is that of the reading; on the second the days from
    `since` (a year before without) to that date, by what is known.
    """
    clause, institution, day = found.clause, found.institution, at.moment.as_of
    first = since or day - timedelta(days=DAYS_BEFORE)
    known = turns_known(at.tape, day, catalogue, clause.id, institution).with_columns(
        axis=pl.lit("known-at"), as_of=pl.lit(day), position=pl.col("known_at") - 1
    )
    dated = turns_dated(at.tape, first, day, catalogue, clause.id, institution).with_columns(
        axis=pl.lit("as-of"), known_at=pl.lit(at.tape.size, pl.Int64)
    )
    rows = pl.concat([known, dated], how="diagonal")
    title = clause.title
    table = ClauseTable(
        f"{catalogue.id}-{clause.id}-history",
        f"{clause.id} {title.zh}：状态的变化",
        f"{clause.id} {title.en}: changes of status",
        _TURNS,
    )
    told = {
        "catalogue": catalogue.id,
        "clause": clause_told(clause),
        "institution": institution,
        "since": first,
    }
    return reading_of(table, _with_facts(rows, ReaderRights.of(caller), at), at, told)


def _with_facts(rows: pl.DataFrame, reader: ReaderRights, at: Standpoint) -> pl.DataFrame:
    """Rows with titles of the facts at their positions, and with their subjects if without."""
    titles = pl.DataFrame(
        [(topic, TITLES[fact].zh, TITLES[fact].en) for topic, fact in TOPICS.items()],
        schema={"topic": pl.String, "fact_zh": pl.String, "fact_en": pl.String},
        orient="row",
    )
    facts = without_persons(facts_at(at.tape, rows["position"]), reader, "subject")
    wanted = ("position", "fact_zh", "fact_en", "subject")
    told = facts.join(titles, on="topic", how="left").select(
        name for name in wanted if name == "position" or name not in rows.columns
    )
    return rows.join(told, on="position", how="left", maintain_order="left")
