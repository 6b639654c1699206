"""The sealer: follows the log and signs what it holds, and never anything that contradicts it.

A round leaves traces in one order that any crash may cut short: tiles, then the file of the last
signed checkpoint, then the checkpoint that is published.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

import psycopg

from ledger.checkpoints import Checkpoint
from ledger.facts import SigningKeyAdopted
from ledger.growth import Growth, grown, standing
from ledger.key_files import held_alone, settle, signers_at_hand
from ledger.last_signed import LastSigned, read_last_signed, signed_file, write_last_signed
from ledger.merkle import HASH_BYTES, Head, leaf_hash
from ledger.notes import Note, NoteIsForged, NoteIsMalformed, signed_by
from ledger.sealing_stops import SealingStopped, Stop
from ledger.signing_keys import adopted_keys, keys_of, keys_under, log_state
from ledger.tiles import (
    WIDTH,
    Place,
    TileFolder,
    TileIsMalformed,
    bundled,
    places_of,
    put,
)

CHECKPOINT: Final = "checkpoint"
"""The published checkpoint's name in the log's folder."""

ROUND_MAX: Final = 65_536
"""A round ends at a multiple of this at the latest."""

_LOCK: Final = 0x7A68_6865_6E67
_TRY_LOCK = f"SELECT pg_try_advisory_lock({_LOCK})"
_UNLOCK = f"SELECT pg_advisory_unlock({_LOCK})"
_SIZE = "SELECT coalesce(max(position) + 1, 0) FROM ledger.facts"
_ROWS = (
    "SELECT position, topic, leaf, state FROM ledger.facts "
    "WHERE position >= %s AND position < %s ORDER BY position"
)
_LEAVES = (
    "SELECT string_agg(leaf, ''::bytea ORDER BY position) FROM ledger.facts WHERE position < %s "
    f"GROUP BY position / {WIDTH} ORDER BY position / {WIDTH}"
)


class Seal(NamedTuple):
    """What a sealer needs beside the database: where the tiles lie, the key, who this host is."""

    folder: Path
    key_file: Path
    host: str


@contextmanager
def sealer(url: str, seal: Seal) -> Iterator["Sealer"]:
    """The one sealer of a log, ready to go on where the last one stopped.

    Raises SealingStopped, and psycopg.OperationalError when the database does not answer.
    """
    with held_alone(seal.key_file), psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(_TRY_LOCK.encode()).fetchone()
        if row is None or not row[0]:
            raise SealingStopped(Stop.ANOTHER_PROCESS_SEALS)
        try:
            made = Sealer(connection, seal)
            made.recover()
            yield made
        finally:
            # The server notices only after a while that a connection is closed, and until then
            # the next sealer would find the lock held.
            with suppress(psycopg.Error):
                connection.execute(_UNLOCK.encode())


class Sealer:
    """Seals round by round; to be made by `sealer`, which sees to it that it is the only one."""

    def __init__(self, connection: psycopg.Connection[Any], seal: Seal) -> None:
        self._connection, self._seal = connection, seal
        self._origin = log_state(connection).origin
        self._tiles = TileFolder(seal.folder)
        self._keys = keys_under(self._origin, adopted_keys(connection))
        self._growth, self._publishing = Growth(), Lock()
        self._last = self._last_signed()

    @property
    def origin(self) -> str:
        """The name under which the log signs now."""
        return self._origin

    @property
    def size(self) -> int:
        """How many facts are under the last signed checkpoint."""
        return self._growth.size

    @property
    def note(self) -> Note | None:
        """The last signed checkpoint."""
        return self._last.note

    @property
    def tiles(self) -> TileFolder:
        """The log's tiles as far as they are sealed."""
        return self._tiles

    def waiting(self) -> int:
        """How many facts are not sealed yet. Raises SealingStopped where facts are missing."""
        row = self._connection.execute(_SIZE.encode()).fetchone()
        size = row[0] if row else 0
        if size < self.size:
            raise SealingStopped(Stop.LOG_IS_SHORTER_THAN_SIGNED, size=size, signed=self.size)
        return int(size - self.size)

    def seal(self) -> int:
        """Seal what is waiting, one round; answers how many facts that were."""
        before = self.size
        for _ in self.steps():
            pass
        return self.size - before

    def steps(self) -> Iterator[str]:
        """One round, step by step: each name is of something that is on the disk by then."""
        waiting = self.waiting()
        if not waiting:
            return
        last = min(self.size + waiting, (self.size // ROUND_MAX + 1) * ROUND_MAX)
        growth, adopts = self._grow(self._growth, last, write=True)
        yield "tiles"
        if adopts:
            self._keys = keys_under(self._origin, adopted_keys(self._connection))
        note = self._signed(Checkpoint(self._origin, Head(last, growth.root())))
        self._last = LastSigned(self._seal.host, note)
        write_last_signed(self._seal.key_file, self._last)
        self._growth = growth
        yield "signed"
        self._publish(note)
        yield "published"
        self._settle_keys()

    # --- beginning

    def _last_signed(self) -> LastSigned:
        """The file of the last signed checkpoint, refused unless it is this host's and key's."""
        if not self._keys:
            raise SealingStopped(Stop.NO_KEY_IS_ADOPTED)
        file = signed_file(self._seal.key_file)
        try:
            last = read_last_signed(self._seal.key_file)
        except NoteIsMalformed as error:
            raise SealingStopped(Stop.LAST_SIGNED_IS_DAMAGED, file=str(file)) from error
        if last is None:
            raise SealingStopped(Stop.LAST_SIGNED_IS_MISSING, file=str(file))
        if last.host != self._seal.host:
            raise SealingStopped(Stop.ANOTHER_HOST_SIGNS, host=last.host, here=self._seal.host)
        if last.note is None and (self._seal.folder / CHECKPOINT).exists():
            raise SealingStopped(Stop.LAST_SIGNED_IS_MISSING, file=str(file))
        return last

    def recover(self) -> None:
        """Go on from the last signed checkpoint, whatever the crash left undone after it."""
        note = self._last.note
        if note is None:
            return
        head = self._verified(note)
        row = self._connection.execute(_SIZE.encode()).fetchone()
        size = row[0] if row else 0
        if size < head.size:
            raise SealingStopped(Stop.LOG_IS_SHORTER_THAN_SIGNED, size=size, signed=head.size)
        differs = self._first_difference(head)
        if differs is not None:
            self._rebuild(head, differs)
        self._growth = standing(self._tiles, head.size)
        if not self._is_published(note):
            self._publish(note)
        self._settle_keys()

    def _verified(self, note: Note) -> Head:
        """The head of the last signed note; refused unless this log's key then signed it."""
        try:
            told = self._last.checkpoint
            key = None if told is None else keys_of(self._keys, told.head.size)
            fits = key is not None and key in signed_by(note, [key])
        except (NoteIsMalformed, NoteIsForged):
            fits, told = False, None
        if not fits or told is None or told.origin != self._origin:
            raise SealingStopped(Stop.KEY_DOES_NOT_MATCH, file=str(self._seal.key_file))
        return told.head

    def _first_difference(self, head: Head) -> int | None:
        """The first position where rows and tiles differ, or the size where the tiles do not
        yield the signed root; None where all is as it was signed."""
        with self._connection.transaction(), self._connection.cursor("leaves", binary=True) as rows:
            for number, (leaves,) in enumerate(rows.execute(_LEAVES, (head.size,))):
                first = number * WIDTH
                place = Place(0, number, min(WIDTH, head.size - first))
                try:
                    sealed = self._tiles.hashes(place)
                except (FileNotFoundError, TileIsMalformed):
                    return first
                found = tuple(bytes(each) for each in _each(bytes(leaves)))
                if found != sealed:
                    pairs = zip(found, sealed, strict=False)
                    return first + next((at for at, (a, b) in enumerate(pairs) if a != b), 0)
        try:
            is_whole = standing(self._tiles, head.size).root() == head.root
        except (FileNotFoundError, TileIsMalformed):
            is_whole = False
        folder = self._seal.folder
        is_whole = is_whole and all((folder / e.path).exists() for e in places_of(0, head.size))
        return None if is_whole else head.size

    def _rebuild(self, head: Head, differs: int) -> None:
        """Write the tiles anew from the rows, once these have yielded the signed root."""
        for write in (False, True):
            growth = Growth()
            while growth.size < head.size:
                last = min(growth.size + ROUND_MAX, head.size)
                growth, _ = self._grow(growth, last, write=write)
            if growth.root() != head.root:
                raise SealingStopped(
                    Stop.HISTORY_WAS_CHANGED, position=min(differs, head.size - 1), signed=head.size
                )
        self._tiles = TileFolder(self._seal.folder)

    # --- a round

    def _grow(self, before: Growth, last: int, *, write: bool) -> tuple[Growth, bool]:
        """The tree up to `last`, its tiles written or not; and whether a key is adopted on the way.

        The entries of the open tile are read again, since their bundle is written whole: whatever
        changed among them since is found here.
        """
        first = before.size - before.size % WIDTH
        rows = self._connection.execute(_ROWS.encode(), (first, last), binary=True).fetchall()
        leaves = [leaf_hash(state) for _, _, _, state in rows]
        for at, (position, _, leaf, _) in enumerate(rows):
            if position != first + at:
                raise SealingStopped(Stop.HISTORY_WAS_CHANGED, position=first + at, signed=first)
            if leaf != leaves[at]:
                raise SealingStopped(Stop.LEAF_IS_NOT_THE_ENTRYS, position=position)
        known = before.rows[0] if before.rows else ()
        for at, (was, now) in enumerate(zip(known, leaves, strict=False)):
            if was != now:
                values = {"position": first + at, "signed": before.size}
                raise SealingStopped(Stop.HISTORY_WAS_CHANGED, **values)
        after, tiles = grown(before, leaves[len(known) :])
        if write:
            for at in range(0, len(rows), WIDTH):
                entries = [row[3] for row in rows[at : at + WIDTH]]
                place = Place(None, (first + at) // WIDTH, len(entries))
                self._tiles.write(place, bundled(entries))
            for tile in tiles:
                self._tiles.write(tile.place, b"".join(tile.hashes))
        adopts = any(topic == SigningKeyAdopted.TOPIC for _, topic, _, _ in rows)
        return after, adopts

    def _signed(self, checkpoint: Checkpoint) -> Note:
        """The checkpoint signed by the key of its size, and by the one before where that is new."""
        signers = signers_at_hand(self._origin, self._seal.key_file)
        key = keys_of(self._keys, checkpoint.head.size)
        before = keys_of(self._keys, self.size) or key
        signatures = []
        for each in dict.fromkeys((key, before)):
            if each is None or each not in signers:
                file = str(self._seal.key_file)
                raise SealingStopped(Stop.KEY_DOES_NOT_MATCH, file=file)
            signatures.append(signers[each].sign(checkpoint.text))
        return Note(checkpoint.text, tuple(signatures))

    def cosigned(self, note: Note) -> None:
        """Publish the checkpoint with what others signed, if it is the newest still."""
        with self._publishing:
            if self._is_published(note):
                put(self._seal.folder / CHECKPOINT, bytes(note))

    def _publish(self, note: Note) -> None:
        with self._publishing:
            self._seal.folder.mkdir(parents=True, exist_ok=True)
            put(self._seal.folder / CHECKPOINT, bytes(note))

    def _is_published(self, note: Note) -> bool:
        """Whether the published checkpoint is this one, cosigned since or not."""
        try:
            published = (self._seal.folder / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return False
        return published.startswith(f"{note.text}\n".encode())

    def _settle_keys(self) -> None:
        settle(self._origin, self._seal.key_file, keys_of(self._keys, self.size))


def _each(leaves: bytes) -> Iterator[bytes]:
    for at in range(0, len(leaves), HASH_BYTES):
        yield leaves[at : at + HASH_BYTES]
