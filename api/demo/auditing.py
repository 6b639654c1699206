"""What auditors do in the story: commands that follow from the log as it is at their moment."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, assert_never

import psycopg

from api.access import Caller
from api.audit_work import draw_body
from api.completeness import AskedComparison, body_of, compare
from api.demo.story.people import HOUSES, actor
from api.demo.story.steps import Compare, Computed, Draw, Keep, Write
from api.evidence_store import EvidenceStore, media_type
from api.home import Home
from api.papers.making import AskedPaper, make
from api.states import state_of
from ledger.case import business_day
from ledger.comparisons import RecordComparison
from ledger.documents import KeepEvidence, MakePaper
from ledger.facts.audits import SampleDrawn, SampleItem
from ledger.samples import DrawSample

Given = tuple[str, dict[str, Any]]
"""A command's name and its body."""


class Auditing:
    """Draws, writes, compares and keeps as the door does it for people."""

    def __init__(self, home: Home, connection: psycopg.Connection[Any]) -> None:
        self._home, self._connection = home, connection

    def commands(self, step: Computed, about: Sequence[str]) -> Iterator[Given]:
        """The commands of a step; bytes are in the evidence store before they are given."""
        match step:
            case Draw():
                caller = self._caller(step)
                body = draw_body(self._home.reader, caller, step.body)
                yield DrawSample.NAME, {**body, "sample": step.subject}
            case Keep():
                yield KeepEvidence.NAME, self._kept(step, about)
            case Write():
                asked = AskedPaper.model_validate_json(json.dumps(step.body))
                made = make(self._home, self._caller(step), asked)
                yield KeepEvidence.NAME, made.keeping
                yield MakePaper.NAME, {**made.making, "paper": step.subject}
            case Compare():
                listed = AskedComparison(step.data, step.filename, step.kind)
                compared = compare(self._home, self._caller(step).state, listed)
                yield RecordComparison.NAME, {**body_of(compared), "comparison": step.subject}
            case _:
                assert_never(step)

    def smallest(self, sample: str) -> str:
        """The receipt of least amount in a sample of receipts."""
        return str(json.loads(_smallest(self._drawn(sample)).key)["receipt"])

    def audited(self, sample: str) -> list[dict[str, Any]]:
        """What the items of a sample should have said: the smallest a tenth less than it says."""
        drawn = self._drawn(sample)
        wrong = _smallest(drawn).key
        return [
            {"key": key, "audit_fen": book_fen * 9 // 10 if key == wrong else book_fen}
            for key, book_fen in ((item.key, item.book_fen or 0) for item in drawn.items)
        ]

    def _caller(self, step: Computed) -> Caller:
        who = actor(step.who)
        return Caller(who, "", state_of(self._connection, who), business_day(step.at))

    def _drawn(self, sample: str) -> SampleDrawn:
        drawn = state_of(self._connection, sample).drawn
        if not isinstance(drawn, SampleDrawn):
            raise LookupError(f"{sample} was not drawn")
        return drawn

    def _kept(self, step: Keep, about: Sequence[str]) -> dict[str, Any]:
        EvidenceStore(self._home.settings.evidence_folder).keep(step.data)
        return {
            "institution": HOUSES[step.who.partition("/")[0]].id,
            "document": step.subject,
            "title": step.title,
            "media_type": media_type(step.data, step.filename),
            "size_bytes": len(step.data),
            "about": list(about),
        }


def _smallest(drawn: SampleDrawn) -> SampleItem:
    return min(drawn.items, key=lambda item: (item.book_fen or 0, item.key))
