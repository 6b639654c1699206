"""A command's form as a page shows it: titled fields, choices in words, subjects by their names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from api.console.acts import NOT_ABOUT
from api.console.cells import is_subject
from api.console.choosers import FIND, Offered, plain_name
from api.console.field_words import field_title
from api.console.form_shapes import Form, Look, Shape, row_numbers
from api.exports.cells import word_of
from api.language import Language
from ledger.folding import FOLDS
from ledger.money import WrongAmount, capital_yuan, parse_yuan
from ledger.subjects import kind_of
from projections.code_words import CODE_WORDS
from projections.index import cut_to
from projections.tape import Tape

_BLANK_ROWS: Final = 2


AGAIN: Final = "again"
"""Under this name a button asks for the form again, with a further row of the field it names."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field on the page: `choices` are values with words, `rows` the fields of each row.

    `chosen` says that nothing else can be given, `more` that there are more choices than are
    shown; `find` are the words that narrowed them down. `grown` says that a row was just asked for.
    """

    name: str
    title: str
    look: Look
    required: bool
    values: tuple[str, ...]
    choices: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple["Field", ...], ...] = ()
    chosen: bool = False
    more: bool = False
    find: str = ""
    grown: bool = False

    @property
    def value(self) -> str:
        """The first of the values."""
        return self.values[0] if self.values else ""

    @property
    def plain(self) -> str:
        """The name without the numbers of its rows."""
        return plain_name(self.name)

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
    """The fields of a form with what was given; a needed subject with one choice is chosen.

    Rows are as many as were sent, one more for the field `again` names, and always a blank one.
    """
    return [_field(each, "", offered, given, spoken, needed=each.needed) for each in shapes]


def _field(
    shape: Shape, prefix: str, offered: Offered, given: Form, spoken: Language, *, needed: bool
) -> Field:
    name = f"{prefix}{shape.name}"
    values = tuple(given.get(name, ()))
    plain = plain_name(name)
    choices = _choices(shape, plain, offered, values, spoken)
    rows: tuple[tuple[Field, ...], ...] = ()
    grown = name in given.get(AGAIN, ())
    if shape.look is Look.GROUP:
        rows = (_row(shape, f"{name}.", offered, given, spoken, needed=needed),)
    elif shape.look is Look.ROWS:
        rows = tuple(
            _row(shape, f"{name}.{at}.", offered, given, spoken, needed=False)
            for at in range(_rows_shown(name, given) + grown)
        )
    if not values and needed and shape.look is Look.SUBJECT and len(choices) == 1:
        values = (choices[0][0],)
    some = offered.get(plain)
    return Field(
        name,
        _title(shape, spoken),
        shape.look,
        needed,
        values,
        choices,
        rows,
        chosen=some is not None,
        more=some is not None and some.more,
        find="".join(given.get(f"{FIND}{plain}", ())),
        grown=grown,
    )


def _rows_shown(name: str, given: Form) -> int:
    """The rows that were sent, and a blank one at the end."""
    said = {key: texts for key, texts in given.items() if any(text.strip() for text in texts)}
    sent = max(row_numbers(name, given), default=-1) + 1
    filled = max(row_numbers(name, said), default=-1) + 1
    return max(sent, filled + 1, 1 if name == "evidence" else _BLANK_ROWS)


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
    shape: Shape, plain: str, offered: Offered, values: tuple[str, ...], spoken: Language
) -> tuple[tuple[str, str], ...]:
    if shape.look in (Look.CHOICE, Look.CHOICES):
        known = "evidence" if shape.codes == tuple(CODE_WORDS["evidence"]) else shape.name
        return tuple((code, word_of(known, code, spoken)) for code in shape.codes)
    if shape.look is Look.FLAG:
        words = {"zh": ("是", "否"), "en": ("yes", "no")}[spoken]
        return ("true", words[0]), ("false", words[1])
    if shape.look not in (Look.SUBJECT, Look.SUBJECTS):
        return ()
    if plain not in offered:
        return ()
    found = offered[plain].pairs
    known_ids = {own for own, _ in found}
    return (*found, *((each, each) for each in values if each and each not in known_ids))


def subjects_named(tape: Tape, positions: pl.Series) -> set[str]:
    """Every subject that the facts at these positions name, their counterparties too."""
    wanted = positions.drop_nulls().unique().sort()
    found: set[str] = set()
    for pieces in cut_to(tape, wanted, tape.topics, ()).chunks.values():
        for piece in pieces:
            for row in piece.drop("institution", "actor").to_dicts():
                found |= _named_in(row)
    return {each for each in found if kind_of(each) not in NOT_ABOUT and kind_of(each) in FOLDS}


def _named_in(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set().union(*map(_named_in, value.values()))
    if isinstance(value, (list, tuple)):
        return set().union(*map(_named_in, value))
    return {value} if is_subject(value) else set()
