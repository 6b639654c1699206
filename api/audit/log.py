"""A whole log, or one institution's part of it, looked at from the entries up."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from api.audit.chains import check_chains
from api.audit.columns import Columns, Gathering
from api.audit.findings import Report, Step
from api.audit.heads import check_heads
from api.audit.leaves import Span, Tree, examined
from api.audit.tiles import Tiles, check_tree
from ledger.merkle import HASH_BYTES
from projections.tape import Tape

Told = Callable[[int], None]
"""Hears how many entries were looked at."""


class Log(NamedTuple):
    """What was read: the entries as columns with the leaves that the tree has, the tree over what
    is sealed, and the tape unless some entries could not be read."""

    columns: Columns
    tree: Tree
    tape: Tape | None


def check_log(spans: Iterable[Span], size: int, tiles: Tiles, report: Report, told: Told) -> Log:
    """Entries, leaves, tree and tiles, chains and heads of a log of `size` facts.

    Without an institution in the report the spans hold every position, those behind the checkpoint
    in the report too.
    """
    whole = report.institution is None
    gathering, positions = Gathering(), list[int]()
    leaves, above = list[bytes](), list[bytes]()
    for span, found in examined(spans, size):
        for position, fault in found.faults:
            report.find(Step.ENTRIES, fault.code, position, **fault.values)
        gather(gathering, span, found.leaves, {position for position, _ in found.faults},
               size=None if whole else size)  # fmt: skip
        positions.extend(span.positions)
        leaves.append(found.leaves)
        above.append(found.above)
        told(len(positions))
    report.looked[Step.ENTRIES] += len(positions)
    columns, sealed = gathering.columns(), report.head.size
    if whole:
        del positions[sealed:]
    computed = b"".join(leaves)[: len(positions) * HASH_BYTES]
    tree = Tree(computed, b"".join(above) if size == sealed else None) if whole else None
    trusted = check_tree(positions, tree, computed, report.head, tiles, report, columns.about)
    columns = columns.with_leaves(_other_leaves(positions, computed, trusted, tree))
    check_chains(columns, report)
    check_heads(columns, report)
    return Log(columns, trusted, gathering.tape)


def gather(
    gathering: Gathering, span: Span, leaves: bytes, faulty: set[int], *, size: int | None
) -> None:
    """Take in the entries of a span that can be read."""
    each = [leaves[at : at + HASH_BYTES] for at in range(0, len(leaves), HASH_BYTES)]
    if not faulty:
        gathering.take(span.positions, span.entries, each, size=size)
        return
    gathering.tape = None
    sound = [at for at, position in enumerate(span.positions) if position not in faulty]
    gathering.take(
        [span.positions[at] for at in sound],
        [span.entries[at] for at in sound],
        [each[at] for at in sound],
        size=size,
    )


def _other_leaves(
    positions: list[int], computed: bytes, trusted: Tree, tree: Tree | None
) -> dict[int, str]:
    """The leaves that the tree has instead of those of the entries that are there."""
    if trusted is tree:
        return {}
    found = {}
    for number, position in enumerate(positions):
        right = trusted.leaf(position)
        if right and computed[number * HASH_BYTES : (number + 1) * HASH_BYTES] != right:
            found[position] = right.hex()
    return found
