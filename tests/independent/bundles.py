"""A small log of facts and its bundle, laid out by the book, to try the verifier on."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.independent.log_by_the_book import (
    SecretKey,
    checkpoint_text,
    inclusion,
    proof_file,
    sha256,
    tiles,
    tree_hash,
)
from tests.independent.write_golden import ORIGIN, SECONDS, log_key, witness

HARBOUR, HILL = "institution:12310000MADEUP0026", "institution:12310000MADEUP0018"
START = datetime(2026, 3, 2, 4, tzinfo=UTC)


class Log:
    """Facts of two institutions, chained by subject, with what each recorded of its heads."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self._chains: dict[str, tuple[int, str]] = {}
        self._lines = defaultdict[str, dict[str, bytes]](dict)
        self._facts = Counter[str]()

    def add(self, topic: str, institution: str, *subjects: str, **payload: Any) -> None:
        """Append one fact."""
        links: list[dict[str, Any]] = []
        for subject in subjects:
            count, previous = self._chains.get(subject, (0, None))
            links.append({"subject": subject, "sequence": count + 1, "previous": previous})
        recorded = START + timedelta(seconds=len(self.entries))
        fact = {
            "type": topic,
            "institution": institution,
            "recorded": recorded.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "subjects": links,
            "payload": payload,
        }
        self.entries.append(json.dumps(fact, separators=(",", ":")).encode())
        leaf = sha256(b"\x00", self.entries[-1]).hex()
        for link in links:
            subject, sequence = link["subject"], link["sequence"]
            self._chains[subject] = sequence, leaf
            if topic != "heads-recorded.v1":
                self._lines[institution][subject] = f"{subject} {sequence} {leaf}".encode()
        self._facts[institution] += topic != "heads-recorded.v1"

    def record_heads(self, institution: str) -> None:
        """What `heads-recorded.v1` says of everything of the institution so far."""
        lines = self._lines[institution]
        told = {
            "of": institution,
            "day": "2026-03-02",
            "through": len(self.entries) - 1,
            "facts": self._facts[institution],
            "heads": len(lines),
            "root": tree_hash(sorted(lines.values())).hex(),
        }
        chain = "heads:" + institution.partition(":")[2]
        self.add("heads-recorded.v1", institution, chain, **told)


def busy_log(count: int) -> Log:
    """About `count` facts: contracts of both institutions, a shared fund, heads now and then."""
    log = Log()
    while len(log.entries) < count:
        at = len(log.entries)
        institution = (HARBOUR, HILL)[at % 2]
        fund = ("fund:city",) if at % 5 == 0 else ()
        log.add("license-granted.v1", institution, f"license:{at % 40}", *fund, amount_fen=at)
        if at % 50 == 49:
            log.record_heads(institution)
    log.record_heads(HARBOUR)
    return log


def write_bundle(folder: Path, entries: list[bytes], of: str | None = None) -> SecretKey:
    """A signed, cosigned bundle of the whole log, or of one institution and the shared fund."""
    key, root = log_key(), tree_hash(entries)
    text = checkpoint_text(ORIGIN, len(entries), root)
    cosignatures = [witness(number).cosignature(text, SECONDS) for number in (1, 2)]
    signed = text + "\n" + key.line(text)
    files = {f"log/{path}": data for path, data in tiles(entries).items()}
    if of is not None:
        files = {path: data for path, data in files.items() if "/entries/" not in path}
        files["entries.bin"] = b"".join(part_of(entries, of))
    about = {"format": 1, "origin": ORIGIN, "vkey": key.vkey, "institution": of}
    manifest = about | {"size": len(entries), "root": root.hex()}
    files["MANIFEST.json"] = json.dumps(manifest).encode()
    files["log/checkpoint"] = (signed + "".join(cosignatures)).encode()
    evidence = b"a contract"
    files[f"evidence/{sha256(evidence).hex()}"] = evidence
    proof = proof_file(0, inclusion(0, entries), signed)
    files["proofs/0.tlog-proof"] = proof.encode()
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return key


def part_of(entries: list[bytes], institution: str) -> Iterable[bytes]:
    """An institution's entries, and those of the fund that it shares, as a part holds them."""
    for position, entry in enumerate(entries):
        if institution.encode() in entry or b"fund:city" in entry:
            yield position.to_bytes(8, "big") + len(entry).to_bytes(2, "big") + entry
