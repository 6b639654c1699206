"""What a form's fields can take: things the act fits, named as people say it, found by words."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import polars as pl
import psycopg

from api import rights
from api.access import Caller, Scope
from api.console.acts import AT_THE_FACT, NOT_ABOUT, Act, Thing, fits
from api.console.cells import grouped_yuan, kind_word
from api.console.form_shapes import Form, Look, Shape, shapes_of
from api.console.keepers import keeper_names, kept_subjects
from api.console.spoken import DATED, spoken_names
from api.desk import PAGE_LINES_MAX, unclaimed
from api.home import Home
from api.language import Language
from api.rights import SHARED, Kind, may_read, scope_of, withheld
from ledger.actors import KEEPERS
from ledger.case import Command
from ledger.folding import FOLDS
from ledger.looking import Onlooker
from ledger.receipts import ClaimReceipt
from ledger.subjects import kind_of
from projections.disclosures import DISCLOSURES
from projections.moment import moment_of
from projections.tape import Tape
from projections.view import INSTITUTION

CHOICES_MAX: Final = 200
"""So many are offered at once; words narrow them down."""

FIND: Final = "find:"
"""Prefix of the fields that hold such words."""

_ASKED_MAX: Final = 2_000
_AT_ONCE: Final = 400

TYPED: Final = frozenset(
    {
        ("patent.file", "patent"),
        ("patent.claim-number", "patent"),
        ("fund.open", "fund"),
        ("policy.adopt", "policy"),
    }
)
"""Fields that give something its name: nothing there is could be chosen."""


class Choices(NamedTuple):
    """What one field offers: ids with their names; `more` says that words would find others."""

    pairs: tuple[tuple[str, str], ...]
    more: bool = False


Offered = Mapping[str, Choices]
"""A field's name, rows left out of it, to what can be chosen there."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """Who chooses for which command: the institutions it may be given for (None: any)."""

    home: Home
    onlooker: Onlooker
    caller: Caller
    spoken: Language
    within: Sequence[str] | None


def choices(
    choosing: Choosing,
    command: type[Command],
    given: Form,
    concerned: Collection[str] = (),
    *,
    shapes: Sequence[Shape] | None = None,
) -> dict[str, Choices]:
    """What each field of a command's form can take: of each kind the subjects `concerned`, else
    all of the institutions. What was given stays to be chosen. Blocks: use a thread.

    Where the form asks other `shapes` than the command's own, a fact's, no decision is asked.
    """
    fields = _subject_fields(shapes_of(command) if shapes is None else shapes)
    paths = [(path, shape) for path, shape in fields if not _is_typed(command, path)]
    if not paths:
        return {}
    tape = choosing.home.reader.tape()
    kinds = {kind for _, shape in paths for kind in _kinds(shape)}
    candidates = _candidates(choosing, tape, kinds, concerned)
    context = {
        shape.name: text
        for path, shape in paths
        if len(path) == 1 and shape.look is Look.SUBJECT
        for text in list(given.get(shape.name, ()))[:1]
        if text
    }
    found = {}
    for path, shape in paths:
        name = ".".join(path)
        if command is ClaimReceipt and name == "receipt":
            found[name] = _unclaimed_lines(choosing, given.get(name, ()))
            continue
        own = [each for kind in _kinds(shape) for each in candidates.get(kind, ())]
        sent = [text for key in given if plain_name(key) == name for text in given[key] if text]
        words = "".join(given.get(f"{FIND}{name}", ())).split()
        act = Act(command, shape, 0, path[:-1])
        others = {key: text for key, text in context.items() if key != shape.name}
        found[name] = _choices(choosing, tape, act, own, sent, words, others)
    return found


def plain_name(name: str) -> str:
    """A field's name without the numbers of its rows."""
    return ".".join(part for part in name.split(".") if not part.isdecimal())


def _is_typed(command: type[Command], path: tuple[str, ...]) -> bool:
    return (command.NAME, path[-1]) in TYPED


def _kinds(shape: Shape) -> tuple[str, ...]:
    return shape.kinds or tuple(sorted(FOLDS.keys() - NOT_ABOUT))


def _subject_fields(
    shapes: Sequence[Shape], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Shape]]:
    for shape in shapes:
        if shape.look in (Look.SUBJECT, Look.SUBJECTS):
            yield (*above, shape.name), shape
        elif shape.look in (Look.GROUP, Look.ROWS):
            yield from _subject_fields(shape.parts, (*above, shape.name))


def _choices(
    choosing: Choosing,
    tape: Tape,
    act: Act,
    own: Sequence[str],
    sent: Sequence[str],
    words: Sequence[str],
    others: Mapping[str, str],
) -> Choices:
    scope = scope_of(choosing.caller, Kind.FACT)
    names = spoken_names(choosing.home, tape, {*own, *sent}, choosing.spoken, scope, persons=True)
    if choosing.caller.roles & KEEPERS:
        called = keeper_names(choosing.home, tape, names)
        names |= {each: name.zh for each, name in called.items()}
    kinds = {kind_of(each) for each in own}
    if len(kinds) > 1:
        names = {s: f"{kind_word(kind_of(s), choosing.spoken)} {n}" for s, n in names.items()}
    lowered = [word.casefold() for word in words]
    matching = [s for s in own if all(word in names[s].casefold() for word in lowered)]
    matching.sort(key=lambda each: names[each], reverse=kinds <= DATED)
    fitting: list[str] = []
    asked = 0
    while asked < min(len(matching), _ASKED_MAX) and len(fitting) < CHOICES_MAX:
        part = matching[asked : asked + _AT_ONCE]
        asked += len(part)
        place = choosing.within[0] if choosing.within else None
        things = [(act, Thing(each, place, others)) for each in part]
        fit = (
            [True] * len(things)
            if act.name in AT_THE_FACT
            else fits(choosing.onlooker, choosing.caller, things)
        )
        fitting += [each for each, holds in zip(part, fit, strict=True) if holds]
    more = asked < len(matching) or len(fitting) > CHOICES_MAX or bool(words)
    kept = list(dict.fromkeys((*(s for s in sent if s in names), *fitting[:CHOICES_MAX])))
    return Choices(tuple((each, names[each]) for each in kept), more)


def _candidates(
    choosing: Choosing, tape: Tape, kinds: Collection[str], concerned: Collection[str]
) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for each in sorted(concerned):
        if kind_of(each) in kinds:
            chosen.setdefault(kind_of(each), []).append(each)
    if choosing.caller.roles & KEEPERS:
        chosen = {
            kind: each for kind, each in kept_subjects(tape).items() if kind in kinds
        } | chosen
    missing = set(kinds) - set(chosen)
    if missing:
        scope = scope_of(choosing.caller, Kind.FACT)
        mine = set() if scope else _own_subjects(tape, choosing.caller)
        places = choosing.within if scope else ()
        for each in sorted(_subjects_of(tape, places, scope) | mine):
            if kind_of(each) in missing:
                chosen.setdefault(kind_of(each), []).append(each)
    return chosen


def _own_subjects(tape: Tape, caller: Caller) -> set[str]:
    """The caller's person, the disclosures that name it, and those it contributed with."""
    person = caller.state.person
    if person is None:
        return set()
    shared_with = pl.col("contributors").list.contains(person)
    rows = DISCLOSURES.rows(tape, moment_of(tape)).filter(shared_with).collect()
    return {person, *rows["disclosure"], *rows["contributors"].explode().drop_nulls()}


def _subjects_of(tape: Tape, institutions: Collection[str] | None, scope: Scope) -> set[str]:
    """All subjects of the readable facts of these institutions (None: of all), and of those that
    everybody may read."""
    own = pl.lit(True) if institutions is None else pl.col(INSTITUTION).is_in(sorted(institutions))
    own &= ~pl.col("position").is_in(withheld(tape, scope))
    named = pl.col("subjects").list.eval(pl.element().struct.field("subject")).explode()
    found = [
        (rows if topic in SHARED else rows.filter(own)).select(subject=named.unique())
        for topic, rows in tape.every()
    ]
    nothing = pl.LazyFrame(schema={"subject": pl.String})
    return set(pl.concat([nothing, *found]).drop_nulls().unique().collect()["subject"])


def _unclaimed_lines(choosing: Choosing, sent: Sequence[str]) -> Choices:
    """The bank's lines that nobody claimed: no facts yet, so the vault tells them."""
    home, caller = choosing.home, choosing.caller
    pairs: list[tuple[str, str]] = []
    more = False
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        for place in choosing.within or ():
            texts = may_read(caller, rights.Thing(Kind.TEXT, place))
            found = unclaimed(connection, home.vault, place, with_texts=texts, limit=PAGE_LINES_MAX)
            more = more or found.next is not None
            pairs += [(line.receipt, _line_told(line)) for line in found.lines]
    known = {receipt for receipt, _ in pairs}
    pairs += [(each, each) for each in sent if each and each not in known]
    return Choices(tuple(pairs), more)


def _line_told(line: Any) -> str:
    parts = (line.value_date.isoformat(), line.payer, grouped_yuan(line.amount_fen))
    return " · ".join(part for part in parts if part)
