"""The audit of a bundle: how long one takes, and its hashing beside OpenSSL's own program."""

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from api.audit.bundle import audit
from api.audit.leaves import SPAN, Tree, leaves_of, level_above
from api.bundles.answers import said
from api.bundles.manifest import NAME, CodeVersion, Manifest, as_bytes
from api.bundles.read import CHECKPOINT, open_bundle
from api.stamps import CODE
from benchmarks.history import FIRST_DAY, stories
from benchmarks.long_log import Book
from benchmarks.machine import Compared, Rate, Waited, in_turn
from benchmarks.table import Row
from benchmarks.workload import ident
from ledger.case import business_day
from ledger.checkpoints import Checkpoint
from ledger.facts import LogOpened, SigningKeyAdopted
from ledger.merkle import HASH_BYTES
from ledger.notes import Note, Signer
from ledger.subjects import LOG
from ledger.tiles import WIDTH, Place, bundled, places_of
from projections.tape import tape_of

GOAL_SECONDS: Final = 60
HASHING_GOAL: Final = 0.45
SIGNER: Final = Signer.of_seed("example.edu.cn/benchmark", bytes(32))


def entries(size: int) -> list[bytes]:
    """A log of so many facts, opened and with its key adopted."""
    return list(islice(_told(), size))


def _told() -> Iterator[bytes]:
    book, clerk = Book(0, {}), ident("actor", "clerk")
    person, key = ident("person", "clerk"), str(SIGNER.verifier)
    origin = SIGNER.name
    opened = LogOpened(
        origin=origin,
        clock="real",
        administrator=clerk,
        person=person,
        security_administrator=ident("actor", "security"),
        security_person=ident("person", "security"),
        on=FIRST_DAY,
    )
    adopted = SigningKeyAdopted(key=key, before=None, on=FIRST_DAY)
    for own in (opened, adopted):
        yield book.entry(own, LOG, own.subjects()).state
    for fact, institution in stories(1):
        yield book.entry(fact, institution, fact.subjects()).state


def lay_out(log: list[bytes], folder: Path) -> None:
    """A bundle of the whole log in a folder."""
    tree = Tree(leaves_of(log))
    for place in places_of(0, len(log)):
        path = folder / "log" / place.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_tile(place, log, tree))
    text = Checkpoint(SIGNER.name, tree.head()).text
    (folder / CHECKPOINT).write_bytes(bytes(Note(text, (SIGNER.sign(text),))))
    tape = tape_of(log)
    last = tape.last_recorded()
    assert last is not None
    manifest = Manifest(
        origin=SIGNER.name,
        vkey=str(SIGNER.verifier),
        size=len(log),
        root=tree.head().root.hex(),
        as_of=business_day(last),
        made_at=datetime.now(UTC),
        code=CodeVersion(release=CODE.release, digest=CODE.digest),
        rules=(),
        answers=tuple(said(tape, business_day(last), None)),
    )
    (folder / NAME).write_bytes(as_bytes(manifest))


def _tile(place: Place, log: list[bytes], tree: Tree) -> bytes:
    first = place.number * WIDTH
    if place.level is None:
        return bundled(log[first : first + place.width])
    hashes = tree.levels[place.level]
    return hashes[first * HASH_BYTES : (first + place.width) * HASH_BYTES]


def audited(folder: Path) -> Rate:
    """Facts a second of the whole audit, which must find nothing."""
    started = time.perf_counter()
    with open_bundle(folder) as bundle:
        report = audit(bundle, [SIGNER.verifier], None, lambda done: None)
    seconds = time.perf_counter() - started
    assert report.is_good, report.findings[:3]
    return Rate(report.head.size / seconds, (seconds,))


def _hash(log: list[bytes]) -> float:
    """Seconds for all leaves and nodes of a span."""
    started = time.perf_counter()
    level_above(leaves_of(log))
    return time.perf_counter() - started


def hashed(spans: list[list[bytes]], pool: ProcessPoolExecutor) -> Rate:
    """Leaves a second on all cores, the nodes above them included, as the audit hashes them."""
    seconds = max(pool.map(_hash, spans))
    return Rate(sum(map(len, spans)) / seconds)


def openssl(leaf_bytes: int) -> Rate:
    """Leaves and nodes a second by OpenSSL's own program on all cores."""
    leaf, node = (_speed(size) for size in (leaf_bytes + 1, 2 * HASH_BYTES + 1))
    return Rate(1 / (1 / leaf + 1 / node))


def _speed(size: int) -> float:
    """Hashes a second of messages of one size."""
    command = ["openssl", "speed", "-multi", str(os.cpu_count() or 1), "-evp", "sha256"]
    command += ["-bytes", str(size), "-seconds", "1", "-mr"]
    run = subprocess.run(command, capture_output=True, check=True, text=True)
    line = next(line for line in run.stdout.splitlines() if line.startswith("+F:"))
    return float(line.split(":")[-1]) / size


def measure(size: int, rounds: int) -> tuple[Row, Waited]:
    """Hashing against OpenSSL, and how long audits of a bundle of so many facts take."""
    log = entries(size)
    spans = [log[at : at + SPAN] for at in range(0, SPAN * (os.cpu_count() or 1), SPAN)]
    mean = sum(map(len, log)) // len(log)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        hashed(spans, pool)
        compared: Compared = in_turn(lambda: hashed(spans, pool), lambda: openssl(mean), rounds)
    with tempfile.TemporaryDirectory(prefix="zhiheng-audit-") as folder:
        lay_out(log, Path(folder))
        del log
        seconds = tuple(wait for _ in range(rounds) for wait in audited(Path(folder)).waits)
    what = f"leaves and nodes of {mean}-byte entries hashed, all cores"
    row = Row(what, "openssl speed", compared, HASHING_GOAL)
    return row, Waited(f"whole audit of {size:,} facts", seconds, GOAL_SECONDS * 1_000)


def main() -> None:
    """The audit alone: `python -m benchmarks.audit --facts 1000000`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    row, waited = measure(options.facts, options.rounds)
    print(f"{row.what}: {row.compared.ratio:.2f} of {row.peer} (goal {row.goal})")
    shown = ", ".join(f"{wait:.1f} s" for wait in waited.waits)
    print(f"{waited.what}: {shown} (goal {GOAL_SECONDS} s)", file=sys.stdout)


if __name__ == "__main__":
    main()
