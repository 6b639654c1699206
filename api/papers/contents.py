"""What stands in a paper: sections of text and tables, gathered from the tape at a moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import polars as pl

from api.access import Scope
from api.console.cells import Names, called
from api.console.telling import Teller, shanghai
from api.exports.cells import text_of, word_of, yuan
from api.language import Language
from api.readings import rules_in_use
from api.rights import facts_seen, names_for, need_within, tells_who
from api.stamps import CODE
from ledger.facts import (
    Fact,
    FindingAnswered,
    FindingClosed,
    FindingRaised,
    FindingVerified,
    LogOpened,
    SampleDrawn,
    SampleProjected,
)
from ledger.refusals import Refusal, Refused
from ledger.subjects import kind_of
from projections.figure_changes import facts_at
from projections.moment import Moment
from projections.subject_names import subject_names
from projections.tape import Tape
from projections.view import Column, Kind

PaperKind = Literal["working-paper", "evidence-form"]

_TITLES: Final[dict[str, tuple[str, str]]] = {
    "working-paper": ("审计工作底稿", "Audit working paper"),
    "evidence-form": ("审计取证单", "Audit evidence form"),
}
_SIGNING: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "working-paper": (("编制人", "Prepared by"), ("复核人", "Reviewed by")),
    "evidence-form": (
        ("取证人", "Evidence taken by"),
        ("提供单位经办人", "For the institution"),
        ("提供单位负责人（签章）", "Head of the institution (seal)"),
    ),
}
_FEN: Final = Column("amount_fen", "金额", "Amount", Kind.FEN)


def paper_kinds(spoken: Language) -> list[tuple[str, str]]:
    """Every kind of paper with its title."""
    one = 0 if spoken == "zh" else 1
    return [(kind, titles[one]) for kind, titles in _TITLES.items()]


class Table(NamedTuple):
    """A table with its titles; `numbers` are the columns set to the right."""

    titles: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    numbers: frozenset[int] = frozenset()


class Section(NamedTuple):
    """A heading with text or a table below it; `space` leaves room for writing by hand."""

    heading: str
    text: str = ""
    table: Table | None = None
    space: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """A paper before it is a file."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    signing: tuple[str, ...]


def contents(
    kind: PaperKind,
    about: Sequence[str],
    tape: Tape,
    moment: Moment,
    scope: Scope,
    spoken: Language,
) -> Contents:
    """The paper about findings and samples within a scope, as they were known at a moment.

    Raises Refusal(SUBJECT_IS_UNKNOWN) for anything else.
    """
    teller = Teller(spoken, {}, linked=False)
    sections: list[Section] = []
    institutions: list[str] = []
    for subject in about:
        made, institution = _about(subject, tape, teller, scope)
        need_within(scope, institution, subject)
        sections += made
        institutions.append(institution)
    names = subject_names(tape, {*institutions, *about})
    one = 0 if spoken == "zh" else 1
    if kind == "evidence-form":
        sections.append(
            Section(_word(spoken, "提供单位意见", "What the institution says"), space=True)
        )
    facts = _head(tape, moment, spoken, names, dict.fromkeys(institutions))
    signing = tuple(line[one] for line in _SIGNING[kind])
    return Contents(_TITLES[kind][one], facts, tuple(sections), signing)


def _word(spoken: Language, zh: str, en: str) -> str:
    return zh if spoken == "zh" else en


def _head(
    tape: Tape, moment: Moment, spoken: Language, names: Names, institutions: dict[str, None]
) -> tuple[tuple[str, str], ...]:
    """Who, from which log, at which moment, by which rules and code."""
    origin = tape.frame(LogOpened).select("origin").collect()["origin"]
    rules = ", ".join(f"{each['policy']} v{each['version']}" for each in rules_in_use(tape))
    shown = [called(each, spoken, names) for each in institutions]
    known = _word(spoken, f"前 {moment.known_at} 条事实", f"the first {moment.known_at} facts")
    return (
        (_word(spoken, "被审计单位", "Institution"), "、".join(shown)),
        (_word(spoken, "日志", "Log"), origin[0] if len(origin) else ""),
        (_word(spoken, "认知时点", "Known at"), known),
        (_word(spoken, "业务时点", "As of"), moment.as_of.isoformat()),
        (_word(spoken, "采用规则", "Rules"), rules or "—"),
        (_word(spoken, "程序版本", "Code"), f"{CODE.release} · {CODE.digest[:16]}"),
    )


def _about(subject: str, tape: Tape, teller: Teller, scope: Scope) -> tuple[list[Section], str]:
    match kind_of(subject):
        case "finding":
            return _finding(subject, tape, teller, scope)
        case "sample":
            return _sample(subject, tape, teller)
        case _:
            raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)


def _own(tape: Tape, fact: type[Fact], column: str, subject: str) -> list[dict[str, Any]]:
    """A subject's facts of one type, oldest first."""
    return tape.frame(fact).filter(pl.col(column) == subject).collect().to_dicts()


def _finding(subject: str, tape: Tape, teller: Teller, scope: Scope) -> tuple[list[Section], str]:
    spoken = teller.spoken
    raised = _own(tape, FindingRaised, "finding", subject)
    if not raised:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)
    found = raised[0]
    severity = word_of("severity", found["severity"], spoken)
    due = _word(spoken, f"{severity}；整改期限 {found['due']}", f"{severity}; due {found['due']}")
    sections = [
        Section(_word(spoken, "审计事项", "Matter"), found["title"]),
        Section(_word(spoken, "事实摘要", "Facts"), f"{found['body']}\n{due}"),
        *_course(subject, tape, teller),
    ]
    positions = pl.Series(found["positions"], dtype=pl.Int64)
    if len(positions):
        heading = _word(spoken, "所依据的日志事实", "Facts of the log it rests on")
        sections.append(Section(heading, table=_facts(tape, positions, teller, scope)))
    return sections, found["against"]


def _course(subject: str, tape: Tape, teller: Teller) -> Iterator[Section]:
    """Answers, verifications and the end of a finding, one after another."""
    spoken = teller.spoken
    steps = [
        (each["position"], each["on"], fact, each)
        for fact in (FindingAnswered, FindingVerified, FindingClosed)
        for each in _own(tape, fact, "finding", subject)
    ]
    for _, on, fact, each in sorted(steps, key=lambda step: step[0]):
        outcome = each.get("outcome")
        told = (
            f"{word_of('outcome', outcome, spoken)} · {each['body']}" if outcome else each["body"]
        )
        yield Section(f"{teller.title(fact.TOPIC)} {on}", told)


def _facts(tape: Tape, positions: pl.Series, teller: Teller, scope: Scope) -> Table:
    spoken = teller.spoken
    found = facts_seen(scope, facts_at(tape, positions), tape)
    names = names_for(tape, set(found["subject"]), scope)
    rows = [
        (
            str(row["position"]),
            teller.title(row["topic"]),
            called(row["subject"], spoken, names),
            row["effective"].isoformat(),
            shanghai(row["recorded_at"]),
            row["actor"] if tells_who(scope, row["institution"]) else "",
        )
        for row in found.iter_rows(named=True)
    ]
    zh = ("位置", "事实", "主体", "业务日期", "记录时间", "操作人")
    en = ("Position", "Fact", "Subject", "Business date", "Recorded", "Actor")
    return Table(zh if spoken == "zh" else en, rows, frozenset({0}))


def _sample(subject: str, tape: Tape, teller: Teller) -> tuple[list[Section], str]:
    spoken = teller.spoken
    drawn = _own(tape, SampleDrawn, "sample", subject)
    if not drawn:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)
    found, population = drawn[0], drawn[0]["population"]
    audited = {
        each["key"]: each["audit_fen"]
        for fact in _own(tape, SampleProjected, "sample", subject)
        for each in fact["audited"]
    }
    method = word_of("method", found["method"], spoken)
    told = _word(
        spoken,
        f"总体：视图 {population['view']}，{population['rows']} 行，"
        f"业务时点 {population['as_of']}，前 {population['known_at']} 条事实，"
        f"摘要 {population['digest']}\n"
        f"方法：{method}；种子：{found['seed']}",
        f"Population: view {population['view']}, {population['rows']} rows, as of "
        f"{population['as_of']}, the first {population['known_at']} facts, digest "
        f"{population['digest']}\nMethod: {method}; seed: {found['seed']}",
    )
    sections = [
        Section(_word(spoken, "抽样", "Sample"), told),
        Section(_word(spoken, "样本明细", "Items"), table=_items(found["items"], audited, spoken)),
    ]
    heading = _word(spoken, "误差推断", "Projection")
    sections += [
        Section(heading, _projection(fact, spoken))
        for fact in _own(tape, SampleProjected, "sample", subject)
    ]
    return sections, found["institution"]


def _items(items: list[dict[str, Any]], audited: dict[str, int], spoken: Language) -> Table:
    def money(fen: int | None) -> str:
        return text_of(_FEN, fen, spoken)

    rows = [
        (
            str(number),
            item["key"],
            money(item["book_fen"]),
            money(audited.get(item["key"])),
            word_of("layer", item["layer"], spoken),
        )
        for number, item in enumerate(items, start=1)
    ]
    zh = ("序号", "样本", "账面金额（元）", "审定金额（元）", "层")
    en = ("No.", "Item", "Book (yuan)", "Audited (yuan)", "Stratum")
    return Table(zh if spoken == "zh" else en, rows, frozenset({0, 2, 3}))


def _projection(fact: dict[str, Any], spoken: Language) -> str:
    misstated, projected = yuan(fact["misstated_fen"]), yuan(fact["projected_fen"])
    upper = fact["upper_limit_fen"]
    told = _word(
        spoken,
        f"样本错报 {misstated} 元，推断错报 {projected} 元",
        f"misstated in the sample {misstated} yuan, projected {projected} yuan",
    )
    if upper is None:
        return told
    limit = yuan(upper)
    return told + _word(spoken, f"，错报上限 {limit} 元", f", upper limit {limit} yuan")
