"""Facts that a restored database lacks, brought back from the log's own entries and proven first.

Nothing is written before the last signed root was reproduced from rows and entries together.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice, repeat
from typing import Any, NamedTuple

import orjson
import psycopg

from ledger.facts import (
    AccountRegistered,
    CounterpartyRegistered,
    PersonErased,
    PersonRegistered,
    ReadsDigested,
    StatementImported,
    TokenIssued,
)
from ledger.merkle import Edge, Head, leaf_hash
from ledger.tiles import WIDTH, Place, TileFolder, TileIsMalformed

BESIDE_THE_LOG = tuple(
    fact.TOPIC
    for fact in (
        PersonRegistered,
        AccountRegistered,
        CounterpartyRegistered,
        StatementImported,
        TokenIssued,
        ReadsDigested,
    )
)
"""Facts that may have rows beside them, in the vault or of readings, which no entry holds."""

_BATCH = 1_000
_ROWS = "SELECT position, leaf, state FROM ledger.facts WHERE position < %s ORDER BY position"
_SIZE = "SELECT coalesce(max(position) + 1, 0) FROM ledger.facts"
_FACTS = """
INSERT INTO ledger.facts
    (position, subject, sequence, topic, institution, effective, recorded_at, leaf, state)
SELECT u.p, u.s, u.n, u.t, u.i, u.e, u.r, sha256('\\x00'::bytea || u.b), u.b
FROM unnest(%b::int8[], %b::text[], %b::int8[], %b::text[], %b::text[], %b::date[],
            %b::timestamptz[], %b::bytea[]) AS u(p, s, n, t, i, e, r, b)"""
_LINKS = """
INSERT INTO ledger.subjects (subject, sequence, position)
SELECT * FROM unnest(%b::text[], %b::int8[], %b::int8[])"""
_LOST = """
INSERT INTO ledger.lost_commands (command, position)
SELECT * FROM unnest(%b::text[], %b::int8[]) ON CONFLICT DO NOTHING"""
_ERASED = f"SELECT subject FROM ledger.facts WHERE topic = '{PersonErased.TOPIC}'"
_DESTROY = f"DELETE FROM vault.keys WHERE key_id IN ({_ERASED})"
# A link is good for one sign-in, and the backup does not know which were used since.
_FORGET_LINKS = "DELETE FROM vault.tokens WHERE purpose = 'sign-in'"

Tell = Callable[[int, int], None]
"""Called with what is done and what there is to do."""


class HistoryDiffers(Exception):
    """A row is not what was signed; `position` is the first such, None where none can be named."""

    def __init__(self, position: int | None) -> None:
        self.position = position
        super().__init__(f"the database differs from the signed log at {position}")


class EntriesAreLost(Exception):
    """Neither the database nor the tiles hold what was signed from `position` on."""

    def __init__(self, position: int, signed: int) -> None:
        self.position, self.signed = position, signed
        super().__init__(f"of {signed} signed entries those from {position} on are lost")


@dataclass(slots=True)
class Refilled:
    """What was brought back: from which position to which, and the vault's losses by type.

    `beside` holds for each type of `BESIDE_THE_LOG` the positions of its refilled facts; `commands`
    is how many command keys can no longer be answered.
    """

    first: int
    last: int
    commands: int = 0
    beside: dict[str, list[int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many facts came back."""
        return self.last - self.first


class _Row(NamedTuple):
    """An entry taken apart into the columns of a fact, its links, and its command."""

    position: int
    subject: str
    sequence: int
    topic: str
    institution: str
    effective: date
    recorded_at: datetime
    state: bytes
    links: tuple[tuple[str, int, int], ...]
    command: str


def size_of(connection: psycopg.Connection[Any]) -> int:
    """How many facts a database holds."""
    row = connection.execute(_SIZE).fetchone()
    return int(row[0]) if row else 0


def prove(connection: psycopg.Connection[Any], tiles: TileFolder, signed: Head, tell: Tell) -> None:
    """Show that rows and, after them, entries give the signed root.

    The root alone decides; hash tiles, which may be damaged themselves, say where it went wrong.
    Raises HistoryDiffers for rows that are not what was signed, EntriesAreLost.
    """
    edge, told = Edge(), _told(tiles, signed.size)
    doubt: HistoryDiffers | EntriesAreLost | None = None
    for leaf in _leaves(connection, signed.size):
        if next(told) not in (leaf, None):
            doubt = doubt or HistoryDiffers(edge.size)
        edge.add(leaf)
        if edge.size % _BATCH == 0:
            tell(edge.size, signed.size)
    try:
        for entry in _entries(tiles, edge.size, signed.size):
            leaf = leaf_hash(entry)
            if next(told) not in (leaf, None):
                doubt = doubt or EntriesAreLost(edge.size, signed.size)
            edge.add(leaf)
    except (FileNotFoundError, TileIsMalformed) as error:
        raise doubt or EntriesAreLost(edge.size, signed.size) from error
    if edge.root() != signed.root:
        raise doubt or HistoryDiffers(None)


def _leaves(connection: psycopg.Connection[Any], signed: int) -> Iterator[bytes]:
    """Leaves of the rows that lie below the signed size, each the hash of its entry."""
    with connection.transaction(), connection.cursor("rows", binary=True) as rows:
        rows.itersize = _BATCH
        for expected, (position, stored, state) in enumerate(rows.execute(_ROWS, (signed,))):
            leaf = leaf_hash(state)
            if position != expected or leaf != stored:
                raise HistoryDiffers(expected)
            yield leaf


def _told(tiles: TileFolder, signed: int) -> Iterator[bytes | None]:
    """The hash tiles' own word for each position in turn, None where a tile is gone."""
    for number in range(-(-signed // WIDTH)):
        width = min(WIDTH, signed - number * WIDTH)
        try:
            yield from tiles.hashes(Place(0, number, width))
        except (FileNotFoundError, TileIsMalformed):
            yield from repeat(None, width)


def _entries(tiles: TileFolder, first: int, last: int) -> Iterator[bytes]:
    """Entries from position `first` up to before `last`, none where that lies before it."""
    return tiles.entries(first, last) if first < last else iter(())


def refill(
    connection: psycopg.Connection[Any], tiles: TileFolder, last: int, tell: Tell
) -> Refilled:
    """Write the entries below `last` that the database lacks, byte for byte, in one transaction of
    the owner; they are proven before.
    """
    with connection.transaction():
        connection.execute("LOCK TABLE ledger.append_lock IN EXCLUSIVE MODE")
        first = size_of(connection)
        done = Refilled(first, first)
        entries = enumerate(_entries(tiles, first, last), first)
        while batch := tuple(islice(entries, _BATCH)):
            rows = [_taken_apart(position, entry) for position, entry in batch]
            done.commands += _write(connection, rows)
            done.last = rows[-1].position + 1
            for row in rows:
                if row.topic in BESIDE_THE_LOG:
                    done.beside.setdefault(row.topic, []).append(row.position)
            tell(done.last - first, last - first)
    return done


def _taken_apart(position: int, entry: bytes) -> _Row:
    envelope = orjson.loads(entry)
    links = tuple((link["subject"], link["sequence"], position) for link in envelope["subjects"])
    return _Row(
        position=position,
        subject=links[0][0],
        sequence=links[0][1],
        topic=envelope["type"],
        institution=envelope["institution"],
        effective=date.fromisoformat(envelope["effective"]),
        recorded_at=datetime.fromisoformat(envelope["recorded"]),
        state=entry,
        links=links,
        command=envelope["command"],
    )


def _write(connection: psycopg.Connection[Any], rows: Sequence[_Row]) -> int:
    """Insert facts, links and lost commands; answers how many commands were new among these."""
    columns = list(zip(*(row[:8] for row in rows), strict=True))
    links = list(zip(*(link for row in rows for link in row.links), strict=True))
    commands: dict[str, int] = {}
    for row in rows:
        commands.setdefault(row.command, row.position)
    connection.execute(_FACTS, [list(column) for column in columns])
    connection.execute(_LINKS, [list(column) for column in links])
    lost = connection.execute(_LOST, (list(commands), list(commands.values())))
    return lost.rowcount


def erase_again(connection: psycopg.Connection[Any]) -> int:
    """Destroy the keys that came back though the log says they were destroyed; answers how many.

    Links for signing in go too: a used one must not open the door a second time.
    """
    connection.execute(_FORGET_LINKS)
    return connection.execute(_DESTROY.encode()).rowcount
