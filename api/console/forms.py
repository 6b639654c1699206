"""A command's form as a page shows it: titled fields, choices in words, subjects by their names."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from api.access import Caller
from api.console.cells import called, is_subject
from api.console.field_words import field_title
from api.console.form_shapes import Form, Look, Shape, row_numbers
from api.console.person_names import person_names
from api.entries import SHARED
from api.exports.cells import word_of
from api.home import Home
from api.language import Language
from ledger.folding import FOLDS
from ledger.money import WrongAmount, capital_yuan, parse_yuan
from ledger.subjects import kind_of
from projections.code_words import CODE_WORDS
from projections.disclosures import DISCLOSURES
from projections.index import cut_to
from projections.moment import moment_of
from projections.subject_names import subject_names
from projections.tape import Tape
from projections.view import INSTITUTION, OFFICES_SEEING_PERSONS

CHOICES_MAX: Final = 500
"""Beyond so many subjects a list helps nobody: the id is typed in."""

_BLANK_ROWS: Final = 3
_NOT_ABOUT: Final = frozenset({"actor", "institution", "log", "policy"})
"""Kinds that a clause is never mended about."""

Offered = Mapping[str, list[tuple[str, str]]]
"""Kind of subject to the ids that can be chosen, with their names."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field on the page: `choices` are values with words, `rows` the fields of each row."""

    name: str
    title: str
    look: Look
    required: bool
    values: tuple[str, ...]
    choices: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple["Field", ...], ...] = ()

    @property
    def value(self) -> str:
        """The first of the values."""
        return self.values[0] if self.values else ""

    @property
    def capitals(self) -> str:
        """The amount that was written down in capital numerals; empty where it is none."""
        return capitals_of(self.value) if self.look is Look.YUAN else ""


def capitals_of(text: str) -> str:
    """An amount as people write it in capital numerals (大写); empty for what is no amount."""
    try:
        return capital_yuan(parse_yuan(text))
    except WrongAmount:
        return ""


def fields_of(
    shapes: Iterable[Shape], offered: Offered, given: Form, spoken: Language
) -> list[Field]:
    """The fields of a form with what was given; a needed subject with one choice is chosen."""
    return [_field(each, "", offered, given, spoken, needed=each.needed) for each in shapes]


def _field(
    shape: Shape, prefix: str, offered: Offered, given: Form, spoken: Language, *, needed: bool
) -> Field:
    name = f"{prefix}{shape.name}"
    values = tuple(given.get(name, ()))
    choices = _choices(shape, offered, values, spoken)
    rows: tuple[tuple[Field, ...], ...] = ()
    if shape.look is Look.GROUP:
        rows = (_row(shape, f"{name}.", offered, given, spoken, needed=needed),)
    elif shape.look is Look.ROWS:
        last = max(row_numbers(name, given), default=-1)
        count = max(last + 2, 1 if shape.name == "evidence" else _BLANK_ROWS)
        rows = tuple(
            _row(shape, f"{name}.{at}.", offered, given, spoken, needed=False)
            for at in range(count)
        )
    if not values and needed and shape.look is Look.SUBJECT and len(choices) == 1:
        values = (choices[0][0],)
    return Field(name, _title(shape, spoken), shape.look, needed, values, choices, rows)


def _row(
    shape: Shape, prefix: str, offered: Offered, given: Form, spoken: Language, *, needed: bool
) -> tuple[Field, ...]:
    return tuple(
        _field(part, prefix, offered, given, spoken, needed=needed and part.needed)
        for part in _worded(shape)
    )


def _worded(shape: Shape) -> tuple[Shape, ...]:
    """The parts of a field; what evidence can be is known by name, so it is chosen."""
    if shape.name != "evidence":
        return shape.parts
    kinds = Shape("kind", Look.CHOICE, required=True, codes=tuple(CODE_WORDS["evidence"]))
    return (kinds, *(part for part in shape.parts if part.name != "kind"))


def _title(shape: Shape, spoken: Language) -> str:
    title = field_title(shape.name, spoken)
    if shape.look is not Look.YUAN:
        return title
    return f"{title}（元）" if spoken == "zh" else f"{title} (yuan)"


def _choices(
    shape: Shape, offered: Offered, values: tuple[str, ...], spoken: Language
) -> tuple[tuple[str, str], ...]:
    if shape.look in (Look.CHOICE, Look.CHOICES):
        known = "evidence" if shape.codes == tuple(CODE_WORDS["evidence"]) else shape.name
        return tuple((code, word_of(known, code, spoken)) for code in shape.codes)
    if shape.look is Look.FLAG:
        words = {"zh": ("是", "否"), "en": ("yes", "no")}[spoken]
        return ("true", words[0]), ("false", words[1])
    if shape.look not in (Look.SUBJECT, Look.SUBJECTS):
        return ()
    kinds = shape.kinds or tuple(offered)
    found = [pair for kind in kinds for pair in offered.get(kind, ())]
    known_ids = {own for own, _ in found}
    return (*found, *((each, each) for each in values if found and each not in known_ids))


def subjects_offered(
    home: Home,
    tape: Tape,
    caller: Caller,
    spoken: Language,
    kinds: Collection[str],
    institutions: Collection[str],
    concerned: Collection[str] = (),
) -> Offered:
    """What can be chosen: of each kind the subjects `concerned`, else all of the institutions.

    Kinds with too many are left out. Blocks: use a thread.
    """
    scope = caller.scope(OFFICES_SEEING_PERSONS)
    mine = set() if scope else _own_subjects(tape, caller)
    chosen: dict[str, set[str]] = {}
    for each in concerned:
        chosen.setdefault(kind_of(each), set()).add(each)
    missing = set(kinds) - set(chosen)
    if missing:
        for each in _subjects_of(tape, institutions if scope else ()) | mine:
            if kind_of(each) in missing:
                chosen.setdefault(kind_of(each), set()).add(each)
    kept = {kind: some for kind, some in chosen.items() if len(some) <= CHOICES_MAX}
    every = set().union(*kept.values())
    names = subject_names(tape, every, None if scope.everywhere else scope.institutions)
    names |= person_names(home, every if scope else every & mine)
    return {
        kind: sorted(((each, called(each, spoken, names)) for each in some), key=lambda p: p[1])
        for kind, some in kept.items()
    }


def _own_subjects(tape: Tape, caller: Caller) -> set[str]:
    """The caller's person, the disclosures that name it, and those it contributed with."""
    person = caller.state.person
    if person is None:
        return set()
    shared_with = pl.col("contributors").list.contains(person)
    rows = DISCLOSURES.rows(tape, moment_of(tape)).filter(shared_with).collect()
    return {person, *rows["disclosure"], *rows["contributors"].explode().drop_nulls()}


def _subjects_of(tape: Tape, institutions: Collection[str]) -> set[str]:
    """All subjects of the facts of these institutions, and of those that everybody may read."""
    own = pl.col(INSTITUTION).is_in(sorted(institutions))
    named = pl.col("subjects").list.eval(pl.element().struct.field("subject")).explode()
    found = [
        (rows if topic in SHARED else rows.filter(own)).select(subject=named.unique())
        for topic, rows in tape.every()
    ]
    nothing = pl.LazyFrame(schema={"subject": pl.String})
    return set(pl.concat([nothing, *found]).drop_nulls().unique().collect()["subject"])


def subjects_named(tape: Tape, positions: pl.Series) -> set[str]:
    """Every subject that the facts at these positions name, their counterparties too."""
    wanted = positions.drop_nulls().unique().sort()
    found: set[str] = set()
    for pieces in cut_to(tape, wanted, tape.topics, ()).chunks.values():
        for piece in pieces:
            for row in piece.drop("institution", "actor").to_dicts():
                found |= _named_in(row)
    return {each for each in found if kind_of(each) not in _NOT_ABOUT and kind_of(each) in FOLDS}


def _named_in(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set().union(*map(_named_in, value.values()))
    if isinstance(value, (list, tuple)):
        return set().union(*map(_named_in, value))
    return {value} if is_subject(value) else set()
