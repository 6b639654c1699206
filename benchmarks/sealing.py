"""Sealing beside appends: what it costs them, how far it lags behind, how long a proof takes."""

import asyncio
import hashlib
import itertools
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import psycopg
import uvloop

from api.home import Home, open_home
from api.postgres import Logins
from api.routes.log import proof_of
from api.sealed import published
from api.sealing import seal_once, sealing
from api.settings import read_settings
from api.signing import first_adoption
from benchmarks import ours
from benchmarks.machine import Waited, quantile
from benchmarks.workload import ADMIN, group, now
from ledger.checkpoints import Checkpoint
from ledger.growth import Growth, grown
from ledger.merkle import Head, leaf_hash
from ledger.notes import Note, Signer
from ledger.sealing import CHECKPOINT
from ledger.signing_keys import log_state
from ledger.sitting import Request
from ledger.writers import Scribe, Writer

FACTS_A_SECOND = 200
COST_MAX = 1.1
LAG_GOAL_MS = 2_000
PROOF_GOAL_MS = 10
_LOOK_SECONDS = 0.01


class Paced(NamedTuple):
    """Waits of appends that came at a steady rate, and the lags of those that were sealed."""

    waits: tuple[float, ...]
    lags: tuple[float, ...]


class Sealed(NamedTuple):
    """Appends with and without the sealer in turn, lags, and proofs."""

    on: tuple[Paced, ...]
    off: tuple[Paced, ...]
    proofs: tuple[Waited, ...]

    @property
    def cost(self) -> float:
        """p99 of appends with the sealer over p99 without: the median round of each."""
        with_it, without = (
            sorted(quantile(each.waits, 0.99) for each in rounds) for rounds in (self.on, self.off)
        )
        return with_it[len(with_it) // 2] / without[len(without) // 2]

    def told(self) -> str:
        """The cost and the far end of the lag, in words."""
        lags = tuple(itertools.chain.from_iterable(each.lags for each in self.on))
        return (
            f"Sealing: p99 of appends with the sealer over without is {self.cost:.2f} (goal at "
            f"most {COST_MAX}), the median of {len(self.on)} rounds each, in turn; p99.9 of the "
            f"lag is {quantile(lags, 0.999) * 1000:.0f} ms. The sealer is a process of its own."
        )

    def waited(self) -> list[Waited]:
        """Rows of the table of waits."""
        lags = tuple(itertools.chain.from_iterable(each.lags for each in self.on))
        off = tuple(itertools.chain.from_iterable(each.waits for each in self.off))
        on = tuple(itertools.chain.from_iterable(each.waits for each in self.on))
        rate = f"{FACTS_A_SECOND} facts/s"
        return [
            Waited(f"append at {rate}, sealer off", off, 10),
            Waited(f"append at {rate}, sealer on", on, 10),
            Waited(f"sealing lag at {rate}", lags, LAG_GOAL_MS),
            *self.proofs,
        ]


def measure(logins: Logins, folder: Path, rounds: int, facts: int) -> Sealed:
    """Off and on in turn over one log that grows, each round of so many facts; then proofs."""
    with _home(logins, folder) as home:
        numbers = itertools.count()
        on, off = [], []
        for _ in range(rounds):
            off.append(_round(home, f"off {next(numbers)}", facts))
            seal_once(home)
            with sealing(home, lambda: False):
                time.sleep(2)
                on.append(_round(home, f"on {next(numbers)}", facts))
    proofs = tuple(_proofs(folder / f"proofs-{size}", size) for size in (1_000, 1_000_000))
    return Sealed(tuple(on), tuple(off), proofs)


@contextmanager
def _home(logins: Logins, folder: Path) -> Iterator[Home]:
    environment = {"ZHIHENG_DATABASE_URL": logins.service}
    settings = replace(read_settings(environment, folder), seals=True)
    with open_home(settings) as home, Scribe(home.service_url, now) as scribe:
        ours.open_log(logins.service)
        with psycopg.connect(home.service_url) as connection:
            origin = log_state(connection).origin
        scribe.handle(first_adoption(home, origin, ADMIN))
        yield home


def _round(home: Home, run: str, facts: int) -> Paced:
    pieces = (group(run, number) for number in itertools.count())
    work = list(itertools.islice(itertools.chain.from_iterable(pieces), facts))
    return uvloop.run(_paced(home, work))


async def _paced(home: Home, work: list[Request]) -> Paced:
    """One command every 5 ms, whatever became of the one before; the checkpoint is looked at."""
    waits: list[float] = []
    written: list[tuple[int, float]] = []
    seen: list[tuple[int, float]] = []

    async def call(request: Request) -> None:
        started = time.perf_counter()
        answer = await writer.handle(request)
        ended = time.perf_counter()
        waits.append(ended - started)
        written.extend((each.position, ended) for each in answer.written)

    async def look() -> None:
        while True:
            found = published(home.settings.log_folder)
            size = found.checkpoint.head.size if found else 0
            if not seen or size > seen[-1][0]:
                seen.append((size, time.perf_counter()))
            await asyncio.sleep(_LOOK_SECONDS)

    async with Writer(home.service_url, now) as writer:
        looking = asyncio.create_task(look())
        began, calls = time.perf_counter(), []
        for number, request in enumerate(work):
            await asyncio.sleep(max(began + number / FACTS_A_SECOND - time.perf_counter(), 0))
            calls.append(asyncio.create_task(call(request)))
        await asyncio.gather(*calls)
        await asyncio.sleep(LAG_GOAL_MS / 1000)
        looking.cancel()
    return Paced(tuple(waits), tuple(_lags(written, seen)))


def _lags(written: list[tuple[int, float]], seen: list[tuple[int, float]]) -> Iterator[float]:
    """Seconds from each acknowledgement to the first look that found it sealed."""
    looks = iter(seen)
    look = next(looks, None)
    for position, at in sorted(written):
        while look is not None and look[0] <= position:
            look = next(looks, None)
        if look is not None:
            yield max(look[1] - at, 0.0)


def _proofs(folder: Path, size: int) -> Waited:
    """Times to make the proof file of positions by chance, from tiles on the disk."""
    growth, tiles = grown(Growth(), [leaf_hash(b"%d" % number) for number in range(size)])
    for tile in tiles:
        file = folder / tile.place.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"".join(tile.hashes))
    signer = Signer.of_seed("bench.example/ledger", hashlib.sha256(b"bench").digest())
    text = Checkpoint(signer.name, Head(size, growth.root())).text
    (folder / CHECKPOINT).write_bytes(bytes(Note(text, (signer.sign(text),))))
    chance, times = random.Random(1), []
    for _ in range(1_000):
        position = chance.randrange(size)
        started = time.perf_counter()
        proof_of(folder, position)
        times.append(time.perf_counter() - started)
    return Waited(f"inclusion proof among {size:,} facts", tuple(times), PROOF_GOAL_MS)
