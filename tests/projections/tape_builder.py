"""Entries and tapes for tests of readings: facts encoded as the book would, without a database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import orjson
import polars as pl

from ledger.case import SHANGHAI, New, Ref
from ledger.codec import encode, leaf_hash, timestamp
from ledger.facts import Fact, FactVoided
from projections.schema import ROWS
from projections.tape import Tape

BUREAU = "institution:12310000425006133Y"
ALPHA = "institution:123100004250062560"
BETA = "institution:123100004250064167"


def uuid(number: int) -> str:
    """The uuid of a number: readable in a test, and valid."""
    return f"00000000-0000-4000-8000-{number:012d}"


CLERK = f"actor:{uuid(1)}"


class Story:
    """Facts written one after another, each at noon in Shanghai of the day it is told."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self._facts: list[New] = []
        self._chains: dict[str, tuple[int, str | None]] = defaultdict(lambda: (0, None))
        self._last = datetime.min.replace(tzinfo=UTC)

    def tell(
        self,
        fact: Fact,
        *,
        on: date | None = None,
        institution: str = ALPHA,
        replaces: int | None = None,
        touching: tuple[str, ...] = (),
        rests_on: tuple[Ref, ...] = (),
        reason: str | None = None,
        evidence: Sequence[dict[str, Any]] = (),
        actor: str = CLERK,
    ) -> int:
        """Write a fact on a day (by default its business date); answers its position."""
        new = New(fact, rests_on, institution, replaces, touching)
        noon = datetime.combine(on or fact.effective, time(12), SHANGHAI).astimezone(UTC)
        self._last = max(self._last + timedelta(microseconds=1), noon)
        links = [
            (name, self._chains[name][0] + 1, self._chains[name][1]) for name in new.subjects()
        ]
        position = len(self.entries)
        entry = encode(
            new,
            institution=institution,
            actor=actor,
            behalf=None,
            reason=reason,
            evidence=evidence,
            command=f"{position:032x}",
            recorded=timestamp(self._last),
            links=links,
        )
        for name, sequence, _ in links:
            self._chains[name] = (sequence, leaf_hash(entry))
        self.entries.append(entry)
        self._facts.append(new)
        return position

    def void(self, position: int, *, on: date) -> int:
        """Void the fact at a position; answers the position of the voiding fact."""
        voided = self._facts[position]
        fact = FactVoided(
            voided=position,
            voided_leaf=leaf_hash(self.entries[position]),
            touched=voided.subjects(),
            on=on,
        )
        return self.tell(
            fact, on=on, institution=voided.institution or ALPHA, reason="wrong figures"
        )

    def correct(self, position: int, fact: Fact, *, on: date) -> int:
        """Void the fact at a position and put another in its place; answers its position."""
        self.void(position, on=on)
        voided = self._facts[position]
        return self.tell(
            fact,
            on=on,
            institution=voided.institution or ALPHA,
            replaces=position,
            touching=voided.subjects(),
        )

    def tape(self, size: int | None = None) -> Tape:
        """The tape of the first `size` facts, of all without a size."""
        return Tape.empty().extended(rows_of(self.entries[:size]))


def rows_of(entries: Iterable[bytes], first: int = 0) -> pl.DataFrame:
    """Entries as the feed gives them, the first standing at position `first`."""
    rows = [
        (first + place, orjson.loads(entry)["type"], entry.decode())
        for place, entry in enumerate(entries)
    ]
    return pl.DataFrame(rows, schema=ROWS, orient="row")
