"""R13: a proof has no more hashes than the tree has levels, at any size, and any log is audited.

How long an audit of 1,000,000 facts takes is measured by `python -m benchmarks.audit`.
"""

import hashlib
import random
from math import ceil, log2
from pathlib import Path

from api.audit.bundle import audit
from api.audit.findings import Step
from api.audit.leaves import SPAN, Span, Tree, examined, leaves_of
from api.bundles.read import open_bundle
from benchmarks.audit import SIGNER, entries, lay_out
from ledger.merkle import includes, inclusion_path, leaf_hash, root_of


def test_a_proof_is_no_longer_than_the_tree_is_high() -> None:
    chance = random.Random(13)

    def node(level: int, index: int) -> bytes:
        return hashlib.sha256(b"%d %d" % (level, index)).digest()

    for _ in range(500):
        size = chance.randrange(1, 2 ** chance.randrange(1, 60))
        path = inclusion_path(node, chance.randrange(size), size)
        assert len(path) <= ceil(log2(size))


def test_the_tree_that_an_audit_computes_proves_every_entry() -> None:
    for size in (1, 2, 255, 256, 257, 1_000):
        log = [b"%d" % number for number in range(size)]
        tree = Tree(leaves_of(log))
        assert tree.head().root == root_of([leaf_hash(entry) for entry in log])
        for position in {0, size // 2, size - 1}:
            path = inclusion_path(tree.node, position, size)
            assert len(path) <= ceil(log2(size))
            leaf = leaf_hash(log[position])
            assert includes(tree.head().root, size, position, leaf, path)


def test_a_bundle_audited_from_the_files_alone_passes(tmp_path: Path) -> None:
    lay_out(entries(3_000), tmp_path)
    with open_bundle(tmp_path) as bundle:
        report = audit(bundle, [SIGNER.verifier], None, lambda done: None)
    assert report.is_good, report.findings[:3]
    assert report.looked[Step.ENTRIES] == 3_000


def test_processes_beside_one_another_find_what_one_alone_finds() -> None:
    """Longer logs are looked at in processes; their answers come in the order of the log."""
    log = entries(40)
    broken = [*log[:7], b"{}", *log[8:]]
    spans = [Span(range(at, at + 10), broken[at : at + 10]) for at in range(0, 40, 10)]
    alone, beside = (list(examined(spans, size)) for size in (40, SPAN + 1))
    assert [found for _, found in alone] == [found for _, found in beside]
    assert [place for _, found in beside for place, _ in found.faults] == [7]
