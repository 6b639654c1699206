"""Write tests/golden/log anew by the book: python -m tests.independent.write_golden"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from tests.independent.log_by_the_book import (
    SecretKey,
    checkpoint_text,
    consistency,
    inclusion,
    proof_file,
    tiles,
    tree_hash,
)

FOLDER = Path(__file__).parents[1] / "golden" / "log"
ORIGIN = "example.edu.cn/ip-ledger"
SIZES = range(1, 71)
LAYOUTS = (1, 255, 256, 257, 70_000)
SECONDS = 1_700_000_000


def entry(index: int) -> bytes:
    """The entries of every golden tree: other bytes and another length at each index."""
    return f"entry {index} ".encode() * (1 + index % 7)


def log_key() -> SecretKey:
    return SecretKey(ORIGIN, 1, bytes(range(32)))


def witness(number: int) -> SecretKey:
    return SecretKey(f"witness{number}.example.edu.cn", 4, bytes([number]) * 32)


def trees() -> list[dict[str, object]]:
    """Roots, every inclusion proof and every consistency proof of trees of 1 to 70 entries."""
    told: list[dict[str, object]] = []
    for size in SIZES:
        entries = [entry(index) for index in range(size)]
        told.append(
            {
                "size": size,
                "root": tree_hash(entries).hex(),
                "inclusion": digest([inclusion(at, entries) for at in range(size)]),
                "consistency": digest([consistency(at, entries) for at in range(1, size + 1)]),
            }
        )
    return told


def digest(paths: Sequence[Sequence[bytes]]) -> str:
    """Many paths in one word: SHA-256 over their hashes in hex, a comma behind each path."""
    told = "".join("".join(step.hex() for step in path) + "," for path in paths)
    return hashlib.sha256(told.encode()).hexdigest()


def paths() -> list[dict[str, object]]:
    """Some paths in full."""
    entries = [entry(index) for index in range(70)]
    return [
        {"size": size, "index": index, "path": [step.hex() for step in path]}
        for size, index in ((1, 0), (7, 6), (8, 3), (64, 63), (65, 64), (70, 41))
        for path in [inclusion(index, entries[:size])]
    ]


def checkpoints() -> list[dict[str, object]]:
    """Signed tree heads, each with two witnesses, and the keys that verify them."""
    told: list[dict[str, object]] = []
    for size in (0, 1, 2, 8, 70):
        root = tree_hash([entry(index) for index in range(size)])
        text = checkpoint_text(ORIGIN, size, root)
        lines = [witness(number).cosignature(text, SECONDS + number) for number in (1, 2)]
        told.append(
            {
                "size": size,
                "root": root.hex(),
                "signed": text + "\n" + log_key().line(text),
                "cosigned": text + "\n" + log_key().line(text) + "".join(lines),
                "vkey": log_key().vkey,
                "witnesses": [witness(1).vkey, witness(2).vkey],
                "times": [SECONDS + 1, SECONDS + 2],
            }
        )
    return told


def notes() -> list[dict[str, str]]:
    """Notes whose texts hold blank lines and Chinese."""
    texts = ("one line\n", "two\n\nparts\n", "知衡\n— not a signature\n\n中文\n")
    return [
        {"text": text, "vkey": log_key().vkey, "note": text + "\n" + log_key().line(text)}
        for text in texts
    ]


def layouts() -> dict[str, dict[str, str]]:
    """Paths of all tiles of a log, and the SHA-256 of what lies there."""
    return {
        str(size): {
            path: hashlib.sha256(data).hexdigest()
            for path, data in tiles([entry(index) for index in range(size)]).items()
        }
        for size in LAYOUTS
    }


def proofs() -> list[dict[str, object]]:
    """Proof files for entries of the tree of 70."""
    entries = [entry(index) for index in range(70)]
    text = checkpoint_text(ORIGIN, 70, tree_hash(entries))
    checkpoint = text + "\n" + log_key().line(text)
    return [
        {"index": at, "file": proof_file(at, inclusion(at, entries), checkpoint)}
        for at in (0, 41, 69)
    ]


def write() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for making in (trees, paths, checkpoints, notes, layouts, proofs):
        text = json.dumps(making(), ensure_ascii=False, indent=1)
        (FOLDER / f"{making.__name__}.json").write_text(text + "\n")


if __name__ == "__main__":
    write()
