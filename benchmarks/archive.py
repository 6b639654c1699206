"""Readings of an archive of any length: one view against the bare scan, figures, and memory."""

import argparse
import hashlib
import random
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, product
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
import polars as pl

from benchmarks.history import INSTITUTIONS
from benchmarks.long_log import Book, entries
from benchmarks.machine import Rate, Waited, stopwatch
from benchmarks.readings import AS_OF, YEARS
from ledger.codec import canonical
from ledger.facts import TOPICS
from projections.archive import SEGMENT, Archive
from projections.figures import entries_of, strands_of
from projections.indicators import INDICATORS
from projections.kept import Kept, topics_read
from projections.moment import Moment
from projections.period import Period
from projections.schema import ROWS, frame_schema, payload
from projections.sealed import scanned
from projections.tape import Tape
from projections.view import View
from projections.views import VIEWS

CITY: Final = 500_000
"""Facts of one city: ten institutions and two hundred firms. A longer log is several cities."""

MEASURED: Final = ("annuities", "receipts", "receivables", "deals", "disclosures", "figures")
"""Views whose memory is measured, and all figures of three years."""

_FURTHER: Final = 2_000
_NEW_EVERY: Final = 10
_ENVELOPE: Final = ("position", "effective", "institution", "replaces")


class City(NamedTuple):
    """A city's facts as a feed gives them, and what is told of it later."""

    rows: pl.DataFrame
    further: pl.DataFrame


def leaves(positions: Sequence[int]) -> Mapping[int, str]:
    """Leaves of entries that no database holds: what the archive asks a log for."""
    return {each: hashlib.sha256(str(each).encode()).hexdigest() for each in positions}


@cache
def city(seed: int = 1) -> City:
    """The city that all others are copies of, told and encoded fact by fact."""
    told = [
        (each.position, each.fact.TOPIC, each.state.decode())
        for each in islice(entries(Book(0, {}), seed), CITY + _FURTHER)
    ]
    rows = pl.DataFrame(told, schema=ROWS, orient="row")
    return City(rows[:CITY], rows[CITY:].filter(~_CORRECTS))


_CORRECTS: Final = pl.col("state").str.contains('"replaces":[0-9]|"type":"fact-voided')


def rows_of(size: int) -> Iterator[pl.DataFrame]:
    """A log of so many facts as a feed gives it, in ranges of whole segments and a rest.

    The cities behind the first one are the same with institutions, firms, patents and all ids
    renamed, since telling ten million facts one by one takes ten minutes.
    """
    waiting = pl.DataFrame(schema=ROWS)
    for number in range(-(-size // CITY)):
        waiting = pl.concat([waiting, _renamed(city().rows, number)[: size - number * CITY]])
        while waiting.height >= SEGMENT:
            yield waiting[:SEGMENT]
            waiting = waiting[SEGMENT:]
    if not waiting.is_empty():
        yield waiting


def _renamed(rows: pl.DataFrame, number: int) -> pl.DataFrame:
    """The facts of the first city as those of another one, at positions behind the others."""
    shift = number * CITY
    state = (
        pl.col("state")
        .str.replace_all(r"-5[0-9a-f]([0-9a-f]{2})-", f"-{number:02x}$1-")
        .str.replace_all("310000MB", f"310000M{chr(ord('A') + number)}", literal=True)
        .str.replace_all("patent:2016", f"patent:{2016 + number}", literal=True)
    )
    renamed = rows.with_columns(state, position=pl.col("position") + shift)
    moved = [
        (at, topic, _moved(text, shift)) for at, topic, text in renamed.filter(_CORRECTS).rows()
    ]
    others = renamed.filter(~_CORRECTS)
    return pl.concat([others, pl.DataFrame(moved, schema=ROWS, orient="row")]).sort("position")


def _moved(text: str, shift: int) -> str:
    """A correction that names a position, as one of a fact that stands so much further on."""
    envelope: dict[str, Any] = orjson.loads(text)
    if envelope["replaces"] is not None:
        envelope["replaces"] += shift
    if "voided" in envelope["payload"]:
        envelope["payload"]["voided"] += shift
    return canonical(envelope).decode()


def build(folder: Path, size: int) -> None:
    """Archive the complete ranges of a made-up log of so many facts, past any database."""
    archive, tape = Archive(folder, leaves), Tape.empty()
    for rows in rows_of(size):
        tape = archive.sealed(tape.extended(rows))


def opened(folder: Path) -> Tape:
    """The tape of an archive that is whole."""
    return Archive(folder, leaves).opened(lambda first, end: pl.DataFrame(schema=ROWS))


def view_read(view: View, tape: Tape) -> Rate:
    """A view with nothing kept before."""
    with stopwatch() as watch:
        Kept().rows(view, tape, AS_OF)
    return Rate(tape.size / watch.seconds)


def scanned_bare(view: View, tape: Tape) -> Rate:
    """The same Parquet read by polars alone: the types the view reads, their payloads and days."""
    topics = topics_read(lambda each: view.build(each, Moment(AS_OF, each.size), {}))
    frames = [
        scanned(files, frame_schema(TOPICS[topic])).select(*_ENVELOPE, *payload(TOPICS[topic]))
        for topic in sorted(topics)
        if (files := [each.file(topic) for each in tape.sealed.segments if topic in each.rows])
    ]
    with stopwatch() as watch:
        pl.collect_all(frames)
    return Rate(tape.size / watch.seconds)


def figures_asked(tape: Tape, requests: int, seed: int = 1) -> Waited:
    """One figure for one institution, warm, while facts of one city go on arriving."""
    chance, kept = random.Random(seed), Kept()
    local = [each for each in INDICATORS if not each.city_only]
    periods = [Period.parse(year) for year in YEARS]
    for indicator, period, place in product(local, periods, INSTITUTIONS):
        entries_of(indicator, kept, tape, AS_OF, period, [place])
    size, waits = tape.size, []
    for turn in range(requests):
        if turn % _NEW_EVERY == 0:
            row = (
                city()
                .further[turn // _NEW_EVERY]
                .with_columns(position=pl.lit(tape.size, pl.Int64))
            )
            tape = tape.extended(row)
        indicator, period = chance.choice(local), chance.choice(periods)
        with stopwatch() as watch:
            entries_of(indicator, kept, tape, AS_OF, period, [chance.choice(INSTITUTIONS)])
        # The first fact builds what later ones are looked up in; it is part of warming up.
        if turn >= _NEW_EVERY:
            waits.append(watch.seconds)
    return Waited(f"one figure for one institution of {size:,} facts", tuple(waits), 100)


def peak_bytes(folder: Path, *names: str) -> int:
    """The memory at most of a process of its own that reads views by name, or all figures."""
    command = [sys.executable, "-m", "benchmarks.archive", str(folder), *names]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Read what is named from an archive and print the memory it took at most, in bytes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    tape, kept = opened(options.folder), Kept()
    for view in VIEWS:
        if view.name in options.names:
            kept.rows(view, tape, AS_OF)
    if "figures" in options.names:
        for year in YEARS:
            kept.warm(strands_of(INDICATORS, Period.parse(year), AS_OF), tape)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


if __name__ == "__main__":
    main()
