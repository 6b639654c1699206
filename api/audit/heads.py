"""Daily heads computed anew: up to which position nothing of an institution was left out."""

from bisect import insort
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from api.audit.columns import Columns
from api.audit.findings import Found, Report, Said, Step
from ledger.facts import HeadsRecorded
from ledger.merkle import EMPTY_ROOT, leaf_hash, node_hash


@dataclass(slots=True)
class _Own:
    """One institution as its facts go by: their number, and each subject's line, hashed."""

    facts: int = 0
    last: int = -1
    lines: dict[str, bytes] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def take(self, position: int, subject: str, sequence: int, leaf: str) -> None:
        if position != self.last:
            self.facts, self.last = self.facts + 1, position
        if subject not in self.lines:
            insort(self.order, subject)
        self.lines[subject] = leaf_hash(f"{subject} {sequence} {leaf}".encode())

    def standing(self) -> tuple[int, int, str]:
        row = [self.lines[subject] for subject in self.order]
        while len(row) > 1:
            odd = row[-1:] if len(row) % 2 else []
            row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=False)] + odd
        return self.facts, len(self.order), (row[0] if row else EMPTY_ROOT).hex()


def check_heads(columns: Columns, report: Report) -> None:
    """Every head against the facts it counts; completeness holds up to the last one that fits.

    An institution's part has the facts of that institution alone, so only its heads are checked.
    """
    own = report.institution
    recorded = columns.heads.filter(True if own is None else pl.col("of") == own)
    report.looked[Step.HEADS] += recorded.height
    for of, heads in recorded.partition_by("of", as_dict=True).items():
        _check(str(of[0]), heads, columns, report)
    places = columns.facts["institution"].unique().sort() if own is None else [own]
    missing = [place for place in places if place not in report.complete]
    if missing:
        report.remark(Step.HEADS, Said.NO_HEADS_YET, institutions=", ".join(missing))


def _check(of: str, heads: pl.DataFrame, columns: Columns, report: Report) -> None:
    counted = columns.facts.lazy().filter(
        pl.col("institution") == of, pl.col("type") != HeadsRecorded.TOPIC
    )
    links = (
        columns.links.lazy()
        .join(counted.select("position"), on="position", how="semi")
        .select("position", "subject", "sequence", "leaf")
        .sort("position", maintain_order=True)
        .collect()
        .iter_rows()
    )
    standing, ahead = _Own(), next(links, None)
    for head in heads.sort("position").to_dicts():
        while ahead is not None and ahead[0] <= head["through"]:
            standing.take(*ahead)
            ahead = next(links, None)
        if _fits(head, standing, report.complete.get(of, -1)):
            report.complete[of] = head["through"]
        else:
            day = head["day"].isoformat()
            report.find(Step.HEADS, Found.HEADS_DIFFER, head["position"], of=of, day=day)


def _fits(head: dict[str, Any], standing: _Own, last: int) -> bool:
    told = (head["facts"], head["heads"], head["root"])
    return last < head["through"] < head["position"] and told == standing.standing()
