"""Bringing subjects into memory: what a decision looks at, read from the log as it stands."""

from collections.abc import Generator, Sequence
from typing import Any

from ledger.case import Recorded
from ledger.codec import decode
from ledger.sitting import Cache, Request, Sitting, Statement, named_subjects

_LOAD = """
SELECT s.subject, s.sequence, f.position, f.state
FROM unnest(%b::text[], %b::int8[]) AS r(subject, after)
CROSS JOIN LATERAL (
  SELECT x.subject, x.sequence, x.position FROM ledger.subjects x
  WHERE x.subject = r.subject AND x.sequence > r.after OFFSET 0) s
CROSS JOIN LATERAL (
  SELECT x.position, x.state FROM ledger.facts x WHERE x.position = s.position OFFSET 0) f
ORDER BY s.subject, s.sequence"""
# OFFSET 0 keeps each look-up an index scan, whatever the planner believes of a young table.
_AT = "SELECT position, state FROM ledger.facts WHERE position = ANY (%b::int8[])"

Steps = Generator[Statement, list[tuple[Any, ...]], None]


def load_missing(
    cache: Cache,
    sitting: Sitting,
    todo: Sequence[Request],
    histories: dict[str, tuple[Recorded, ...]],
    facts: dict[int, Recorded | None],
) -> Steps:
    """Load what decisions looked for, and whatever else the requests name, in one go."""
    subjects, chains, positions = sitting.take_missing()
    if subjects:
        named = {subject for request in todo for subject in named_subjects(request)}
        unknown = {subject for subject in named if cache.get(subject) is None}
        yield from load(cache, sorted(subjects | unknown))
    if chains:
        wanted = sorted(chains)
        rows = yield _LOAD, (wanted, [0] * len(wanted))
        for subject in wanted:
            histories[subject] = tuple(decode(r[3], r[2]) for r in rows if r[0] == subject)
    if positions:
        found = yield _AT, (sorted(positions),)
        facts.update(dict.fromkeys(positions))
        facts.update({position: decode(state, position) for position, state in found})


def load(cache: Cache, subjects: Sequence[str]) -> Steps:
    """Bring subjects up to date in the cache; one forgotten on the way is read once more."""
    waiting = list(subjects)
    while waiting:
        held = [cache.get(subject) for subject in waiting]
        after = [item.sequence if item else 0 for item in held]
        rows = yield _LOAD, (waiting, after)
        decoded = {position: decode(state, position) for _, _, position, state in rows}
        by_subject: dict[str, list[tuple[int, Recorded]]] = {subject: [] for subject in waiting}
        for subject, sequence, position, _ in rows:
            by_subject[subject].append((sequence, decoded[position]))
        for subject, fresh in by_subject.items():
            cache.take(subject, fresh)
        waiting = [subject for subject in waiting if cache.get(subject) is None]
