"""Our side: commands through the book, and history in bulk."""

import asyncio
import gc
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import psycopg
import uvloop

from benchmarks.machine import Rate
from benchmarks.workload import group, ident, now, opening
from ledger.book import APPEND, append_parameters
from ledger.case import New, Ref
from ledger.codec import encode, leaf_hash, timestamp
from ledger.facts import InstalmentScheduled
from ledger.sitting import Request, Rows
from ledger.writers import Scribe, Writer

GROUP_SIZE = 57


def open_log(url: str) -> None:
    """Write what every measurement needs first."""
    with Scribe(url, now) as scribe:
        for request in opening():
            scribe.handle(request)


async def handle_with_callers(url: str, run: str, callers: int, facts: int) -> Rate:
    """`Writer.handle` from waiting asyncio callers, each with groups of its own, keys included.

    Commands are made, connections and plans warmed up before the clock starts; loading, deciding,
    encoding, hashing, committing and remembering the key are inside.
    """
    each = max(1, facts // callers // GROUP_SIZE)
    work = [
        # Each caller begins with a piece of another length: callers do not march in step.
        list(group(f"{run} ahead", caller))[: 1 + caller % GROUP_SIZE]
        + [request for n in range(each) for request in group(run, caller * each + n)]
        for caller in range(callers)
    ]
    warming = [list(group(f"{run} warming", n))[:20] for n in range(16)]
    waits: list[float] = []

    async def call(requests: list[Request]) -> None:
        for request in requests:
            started = time.perf_counter()
            await writer.handle(request)
            waits.append(time.perf_counter() - started)

    # The prepared commands are the bench's own memory: the collector need not walk through them.
    gc.collect()
    gc.freeze()
    async with Writer(url, now) as writer:
        await asyncio.gather(*(call(requests) for requests in warming))
        waits.clear()
        started = time.perf_counter()
        await asyncio.gather(*(call(requests) for requests in work))
        seconds = time.perf_counter() - started
    gc.unfreeze()
    return Rate(len(waits) / seconds, tuple(waits))


def bytes_per_fact(url: str) -> int:
    """Average length of the entries in the log, in bytes."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT avg(octet_length(state))::int FROM ledger.facts"
        ).fetchone()
    return int(row[0]) if row else 0


def handle(url: str, run: str, callers: int, facts: int) -> Rate:
    """One round of `handle_with_callers` in an event loop of its own, the one the service uses."""
    return uvloop.run(handle_with_callers(url, run, callers, facts))


def history(run: str, facts: int) -> Iterator[New]:
    """Facts as a migration would bring them: instalments of contracts, twenty a contract."""
    for n in range(facts):
        fact = InstalmentScheduled(
            contract=ident("license", run, n // 20),
            number=n % 20 + 1,
            due=datetime(2022, 4, 1, tzinfo=UTC).date(),
            amount_fen=12_345_600 + n,
            purpose="royalty",
        )
        yield New(fact)


COMMAND = "0123456789abcdef0123456789abcdef"
INSTITUTION = "institution:12310000MB0000002K"
ACTOR = "actor:7a686968-656e-6700-8000-00000000beef"


def append_batches(url: str, run: str, facts: int, size: int) -> Rate:
    """History in bulk: pydantic facts in, canonical bytes, chains and leaves kept, no decisions."""
    waiting = iter(list(history(run, facts)))
    started = time.perf_counter()
    chains: dict[str, tuple[int, str | None]] = {}
    with (
        psycopg.connect(url, autocommit=True) as connection,
        connection.cursor(binary=True) as cursor,
        connection.pipeline() as pipeline,
    ):
        under_way = False
        while batch := list(islice(waiting, size)):
            moment = now()
            reads, columns = _columns(batch, chains, moment)
            if under_way:
                _need_head(cursor.fetchall())
            # Its own transaction, sent at once: the next batch is encoded while this one is stored.
            cursor.execute(APPEND, append_parameters(reads, columns, moment), prepare=True)
            pipeline.sync()
            under_way = True
        _need_head(cursor.fetchall())
    return Rate(facts / (time.perf_counter() - started))


def _need_head(rows: list[tuple[object, ...]]) -> None:
    if rows[0][0] != "head":
        raise RuntimeError(rows)


def _columns(
    batch: list[New], chains: dict[str, tuple[int, str | None]], moment: datetime
) -> tuple[dict[str, int], Rows]:
    """The batch as one call's columns, every chain continued."""
    reads: dict[str, int] = {}
    rows = Rows()
    recorded = timestamp(moment)
    for new in batch:
        links = []
        for subject in new.fact.subjects():
            sequence, leaf = chains.get(subject, (0, None))
            reads.setdefault(subject, sequence)
            links.append((subject, sequence + 1, leaf))
        entry = encode(
            new,
            institution=INSTITUTION,
            actor=ACTOR,
            behalf=None,
            reason=None,
            evidence=[],
            command=COMMAND,
            recorded=recorded,
            links=links,
        )
        leaf = leaf_hash(entry)
        for subject, sequence, _ in links:
            chains[subject] = (sequence, leaf)
        refs = [Ref(subject, sequence) for subject, sequence, _ in links]
        rows.add(new.fact.TOPIC, INSTITUTION, new.fact.effective, entry, refs)
    return reads, rows
