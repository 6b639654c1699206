"""A list as it was read: a known kind, its row of titles, its rows as cells by field."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.home import Home
from api.imports.columns import Titles, column_letter
from api.imports.results import UnreadableFile
from api.lists.kinds import BY_CODE, KINDS, Kind
from api.lists.results import Cell
from api.strangers.reading import NoTable, Table, TableHead
from api.strangers.wire import Wanted
from ledger.refusals import Refusal, Refused


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list whose columns are known; `sha256` is that of the whole file."""

    kind: Kind
    table: Table
    sha256: str

    @property
    def head(self) -> TableHead:
        """Where its titles stand, and which column is what."""
        return self.table.head

    @property
    def ignored(self) -> tuple[str, ...]:
        """Titles of the columns that are not read."""
        read = set(self.head.columns.values())
        return tuple(title for at, title in enumerate(self.head.titles) if title and at not in read)

    def rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Every row with anything in it: its number and its cells by field, all fields there are.

        A cell joined with those below it counts for each of their rows, and says so.
        """
        columns = [
            (field, column_letter(self.head.first_column + at), self.head.titles[at])
            for field, at in self.head.columns.items()
        ]
        for number, texts, joined in self.table.rows:
            filled = {}
            for place, (field, letter, title) in enumerate(columns):
                filled[field] = Cell(number, letter, title, field, texts[place], place in joined)
            yield number, filled

    def said_by_hand(self, given: Titles) -> Titles:
        """What was said of this list's columns, by their titles: a letter fits no other list."""
        first = self.head.first_column
        said = {
            title: given.get(title, given.get(column_letter(first + at)))
            for at, title in enumerate(self.head.titles)
            if title
        }
        return {title: field for title, field in said.items() if field is not None}


def is_bank_file(home: Home, data: bytes, filename: str) -> bool:
    """Whether the titles are those of a bank's export. Raises Refusal(LIST_FILE_IS_UNREADABLE)."""
    try:
        return home.files.is_bank_file(data, filename)
    except UnreadableFile as fault:
        raise _unreadable(fault) from fault


def read_table(
    home: Home,
    data: bytes,
    filename: str,
    kinds: Sequence[Wanted],
    saved: Mapping[str, Titles],
    given: Titles,
) -> Table | NoTable:
    """The table of one of these kinds. Raises Refusal(LIST_FILE_IS_UNREADABLE)."""
    try:
        return home.files.table(data, filename, kinds, saved, given)
    except UnreadableFile as fault:
        raise _unreadable(fault) from fault


def _unreadable(fault: UnreadableFile) -> Refusal:
    return Refusal(Refused.LIST_FILE_IS_UNREADABLE, rule=fault.rule, zh=fault.zh, en=fault.en)


def kind_called(code: str) -> Kind:
    """The kind of a code. Raises Refusal(PARAMETER_IS_MALFORMED)."""
    if code not in BY_CODE:
        expected = " · ".join(BY_CODE)
        raise Refusal(
            Refused.PARAMETER_IS_MALFORMED, parameter="kind", value=code[:80], expected=expected
        )
    return BY_CODE[code]


def read_list(
    home: Home,
    data: bytes,
    filename: str,
    saved: Mapping[str, Titles],
    given: Titles,
    kind: Kind | None = None,
) -> ListTable:
    """The list in a file; of several kinds that fit, the one with more fields.

    `saved` holds the institution's own titles by kind; `given` wins over both. Raises Refusal:
    LIST_FILE_IS_UNREADABLE, PARAMETER_IS_MALFORMED, LIST_IS_NOT_RECOGNISED, or
    LIST_COLUMNS_ARE_MISSING where the kind is named.
    """
    _need_fields(given, kind)
    kinds = KINDS if kind is None else (kind,)
    found = read_table(home, data, filename, [each.wanted() for each in kinds], saved, given)
    if isinstance(found, Table):
        return ListTable(next(k for k in kinds if k.code == found.head.kind), found, digest(data))
    shown = list(found.fullest)
    if kind is None:
        raise Refusal(
            Refused.LIST_IS_NOT_RECOGNISED, titles=shown, kinds=[each.code for each in KINDS]
        )
    missing = sorted(kind.needed().difference(found.nearest))
    raise Refusal(
        Refused.LIST_COLUMNS_ARE_MISSING,
        kind=kind.code,
        missing=missing,
        wanted=[kind.fields[name].zh for name in missing],
        titles=shown,
    )


def _need_fields(given: Titles, kind: Kind | None) -> None:
    known = {name for each in ((kind,) if kind else KINDS) for name in each.fields}
    for field in given.values():
        if field and field not in known:
            expected = " · ".join(sorted(known))
            raise Refusal(
                Refused.PARAMETER_IS_MALFORMED, parameter="map", value=field[:80], expected=expected
            )


def digest(data: bytes) -> str:
    """SHA-256 of a file in hex: with the row it names a command for ever."""
    return hashlib.sha256(data).hexdigest()
