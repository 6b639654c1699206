"""What people write into a filter, as the value that rows hold; what nothing is called is refused.

A filter that matches nothing looks like an answer: "no money came from that firm". So a value is
looked for among all that its reader may know, at whatever time, and an unknown one is an error.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Final
from unicodedata import normalize

import polars as pl

from api.access import Scope
from api.readings import Asked, computed, moment_asked
from api.rights import SHARED, closed_files, withheld
from ledger.facts import InstitutionRegistered
from ledger.folding import FOLDS
from ledger.identifiers import WrongIdentifier, parse_patent_number
from ledger.refusals import Refusal, Refused
from ledger.subjects import is_id, kind_of
from projections.code_words import choices, code_words
from projections.fact_titles import Title
from projections.history import SUBJECT
from projections.reader import Reader
from projections.subject_names import subject_names, subject_titles
from projections.view import INSTITUTION, OFFICES_SEEING_PERSONS, Column, Kind

PersonNames = Callable[[Collection[str]], Mapping[str, Title]]
"""The names of these persons, out of the vault; who reads no persons there gives none."""

_NEAR_MAX: Final = 5
_SHORT_MIN: Final = 8
"""So much of a random id is shown on pages; whoever has only that may write it."""

_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "contract": ("license", "assignment", "equity", "contract"),
    "payer": ("counterparty",),
    "code": ("institution",),
    "centre": ("institution",),
    "document": ("evidence",),
    SUBJECT: tuple(FOLDS),
}
"""Columns that hold subjects of other kinds than their name says."""


def understood(reader: Reader, asked: Asked, persons: PersonNames | None = None) -> Asked:
    """A reading asked for, its filters turned into the ids and codes that its rows hold. Blocks.

    Taken beside ids: names of institutions, counterparties and funds, numbers of contracts,
    numbers and titles of patents, titles, names of persons where the view shows persons, words of
    codes, and the beginning of an id. Raises Refusal: FILTER_VALUE_IS_UNKNOWN with what comes
    near, FILTER_VALUE_IS_AMBIGUOUS, SUBJECT_IS_UNKNOWN for an institution's id that is none here.
    """
    if not asked.filters:
        return asked
    known = _Known(reader, asked, persons)
    columns = {column.name: column for column in asked.view.columns}
    filters = {
        name: known.value(name, text, columns.get(name)) for name, text in asked.filters.items()
    }
    return replace(asked, filters=filters)


def institution_named(reader: Reader, scope: Scope, text: str) -> str:
    """The id of an institution within a scope by its id, code or name. Blocks.

    Raises Refusal: SUBJECT_IS_UNKNOWN for an id, else FILTER_VALUE_IS_UNKNOWN or _IS_AMBIGUOUS.
    """
    tape = reader.tape()
    codes = set(tape.frame(InstitutionRegistered).select("code").collect().to_series())
    within = codes if scope.everywhere else codes & scope.institutions
    if is_id(text):
        if text not in within:
            raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=text)
        return text
    if (own := f"{INSTITUTION}:{text.strip().upper()}") in within:
        return own
    return _called(INSTITUTION, text, subject_names(tape, within))


def with_institution(reader: Reader, scope: Scope, given: Mapping[str, str]) -> dict[str, str]:
    """Parameters with the institution by its id, where one is named. Blocks. Raises Refusal."""
    if INSTITUTION not in given:
        return dict(given)
    return {**given, INSTITUTION: institution_named(reader, scope, given[INSTITUTION])}


@dataclass(frozen=True)
class _Known:
    """What the reader of a view may know by name."""

    reader: Reader
    asked: Asked
    persons: PersonNames | None

    def value(self, name: str, text: str, column: Column | None) -> str:
        """What rows hold for a text in a filter."""
        if name == INSTITUTION:
            return institution_named(self.reader, self.asked.scope, text)
        if column is None or column.kind is Kind.SUBJECT:
            return self._subject(name, text)
        if column.kind is Kind.CODE and (codes := choices(self.asked.view.name, name)):
            return _code(name, text, codes)
        return _occurring(name, text, self._values(name))

    def _subject(self, name: str, text: str) -> str:
        kinds = _KINDS.get(name, (name,))
        held = self._values(name)
        for each in _ids(text, kinds):
            if each in held or self._is_told_of(each):
                return each
        begun = [each for each in held if each.partition(":")[2].startswith(text)]
        if len(text) >= _SHORT_MIN and len(begun) == 1:
            return begun[0]
        return _called(name, text, self._names(kinds, held))

    @cached_property
    def _whole(self) -> frozenset[str] | None:
        """The institutions of which the reader knows everything; None for all."""
        scope = self.asked.scope
        return None if scope.everywhere else scope.institutions - scope.own_in

    def _is_told_of(self, subject: str) -> bool:
        """Whether any fact about a subject is open to the reader."""
        about = self.reader.kept.about(self.reader.tape(), [subject])
        closed = closed_files(self.asked.scope, self.reader)
        for topic, rows in about.every():
            rows = rows.filter(~pl.col("position").is_in(closed))
            if self._whole is not None and topic not in SHARED:
                rows = rows.filter(pl.col(INSTITUTION).is_in(sorted(self._whole)))
            if not rows.select(INSTITUTION).head(1).collect().is_empty():
                return True
        return False

    def _names(self, kinds: Iterable[str], held: Collection[str]) -> dict[str, Title]:
        wanted = set(kinds)
        tape, scope = self.reader.tape(), self.asked.scope
        closed = withheld(tape, scope)
        names = subject_titles(tape, None, self._whole, closed)
        names |= subject_titles(tape, held, scope.institutions or None, closed)
        seen = "person" in wanted and self.asked.view.reads <= OFFICES_SEEING_PERSONS
        if seen and self.persons is not None:
            names |= self.persons(held)
        return {own: name for own, name in names.items() if kind_of(own) in wanted}

    def _values(self, name: str) -> frozenset[str]:
        """What stands in a column of the reader's own rows, whichever filter is chosen."""
        if self.asked.view.needs:
            return frozenset()
        tape, moment, head = moment_asked(self.reader, replace(self.asked, known_at=None))
        rows = computed(self.reader.kept, replace(self.asked, filters={}), tape, moment, head).rows
        return frozenset(rows[name].drop_nulls().unique())


def _ids(text: str, kinds: Collection[str]) -> Iterable[str]:
    """The ids that a text may stand for as it is written."""
    if is_id(text):
        yield from (text,) if kind_of(text) in kinds else ()
        return
    for kind in kinds:
        if kind == "patent":
            try:
                yield f"patent:{parse_patent_number(text)}"
            except WrongIdentifier:
                continue
        else:
            yield f"{kind}:{text.strip()}"
            yield f"{kind}:{text.strip().upper()}"


def _called(name: str, text: str, names: Mapping[str, Title]) -> str:
    """The one subject of this name. Raises Refusal."""
    wanted = _plain(text)
    exact = sorted(own for own, title in names.items() if wanted in map(_plain, title))
    if len(exact) == 1:
        return exact[0]
    if exact:
        candidates = [_told(own, names[own]) for own in exact[:_NEAR_MAX]]
        raise Refusal(
            Refused.FILTER_VALUE_IS_AMBIGUOUS, filter=name, value=text[:80], candidates=candidates
        )
    told = [(_plain(title.zh), _told(own, title)) for own, title in sorted(names.items())]
    raise _unknown(name, text, told)


def _code(name: str, text: str, codes: Iterable[str]) -> str:
    """The code that a text is, or whose words it says. Raises Refusal."""
    words = {code: code_words(name, code) for code in codes}
    if text in words:
        return text
    said = [code for code, each in words.items() if _plain(text) in map(_plain, each)]
    if len(said) == 1:
        return said[0]
    told = [(_plain(each.zh), each.zh) for each in words.values()]
    raise _unknown(name, text, told, listed=True)


def _occurring(name: str, text: str, values: Collection[str]) -> str:
    """A text that some row holds. Raises Refusal."""
    by_look = {_plain(each): each for each in sorted(values)}
    if text in values:
        return text
    if _plain(text) in by_look:
        return by_look[_plain(text)]
    raise _unknown(name, text, list(by_look.items()))


def _unknown(
    name: str, text: str, told: Collection[tuple[str, str]], *, listed: bool = False
) -> Refusal:
    """The refusal with what comes near out of looks and words; a list of choices is told whole."""
    wanted = _plain(text)
    alike = set(get_close_matches(wanted, {look for look, _ in told}, _NEAR_MAX))
    near = [words for look, words in told if (wanted and wanted in look) or look in alike]
    if listed and not near:
        near = [words for _, words in told]
    shown = near if listed else near[:_NEAR_MAX]
    return Refusal(
        Refused.FILTER_VALUE_IS_UNKNOWN, filter=name, value=text[:80], near=shown or ["—"]
    )


def _told(own: str, title: Title) -> str:
    return f"{title.zh}（{own.partition(':')[2]}）"


def _plain(text: str) -> str:
    """A name without what people write one way or another: width, case, blanks."""
    return "".join(normalize("NFKC", text).casefold().split())
