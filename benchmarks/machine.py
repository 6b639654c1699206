"""What a result has to state about where it was measured."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg


class Rate(NamedTuple):
    """A result of one round: how many per second, and the waiting times in seconds if taken."""

    per_second: float
    waits: tuple[float, ...] = ()


class Waited(NamedTuple):
    """Waiting times in seconds, and the goal (milliseconds) for a part of them."""

    what: str
    waits: tuple[float, ...]
    goal_ms: float


class Compared(NamedTuple):
    """Our rounds and a peer's, measured in turn."""

    ours: tuple[Rate, ...]
    peer: tuple[Rate, ...]

    @property
    def ratio(self) -> float:
        """Median of ours over median of the peer's."""
        return median(self.ours) / median(self.peer)


def median(rates: tuple[Rate, ...]) -> float:
    """The middle rate."""
    return statistics.median(rate.per_second for rate in rates)


def quantile(waits: tuple[float, ...], part: float) -> float:
    """The waiting time (seconds) that this part of all waits stays below."""
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def in_turn(ours: Callable[[], Rate], peer: Callable[[], Rate], rounds: int) -> Compared:
    """Measure A B A B ...: drift of the machine hits both alike."""
    mine, other = [], []
    for _ in range(rounds):
        mine.append(ours())
        other.append(peer())
    return Compared(tuple(mine), tuple(other))


class Stopwatch:
    """Seconds between entering and leaving."""

    seconds = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block with the monotonic clock."""
    watch = Stopwatch()
    started = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - started


def stated(url: str) -> str:
    """Machine and server in one line: processors, Python, PostgreSQL, durability."""
    with psycopg.connect(url) as connection:
        names = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in names}
    server = ", ".join(f"{name} = {row[0]}" for name, row in shown.items() if row)
    return f"{os.cpu_count()} processors, Python {platform.python_version()}; {server}"
