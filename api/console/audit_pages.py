"""The auditor's desk: what is open, where to look first, and the way to every piece of work."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import CallerNow, need_role
from api.console.abouts import ABOUTS
from api.console.audit_tables import Seen
from api.console.audit_words import audit_words
from api.console.cells import called
from api.console.pages import institutions_within
from api.console.rendering import page, switched
from api.language import language
from api.parameters import read_parameters
from ledger.actors import AUDITORS
from ledger.findings import CONCERNED
from projections.audit_papers import COMPARISONS, EVIDENCE, WORKING_PAPERS
from projections.audits import FINDINGS, SAMPLES
from projections.books import FACTS_AFTER_CLOSING, PERIODS
from projections.duties import SAME_ACTOR, SPLIT_CONTRACTS
from projections.first_look import (
    BACKDATED_FACTS,
    CUT_OFF,
    MONEY_BEFORE_REGISTRATION,
    ROUND_AMOUNTS,
)
from projections.view import View

FIRST_LOOK: Final = (
    BACKDATED_FACTS,
    SAME_ACTOR,
    ROUND_AMOUNTS,
    SPLIT_CONTRACTS,
    CUT_OFF,
    MONEY_BEFORE_REGISTRATION,
    FACTS_AFTER_CLOSING,
)
_FINDING: Final = (
    "title",
    "institution",
    "severity",
    "stage",
    "due",
    "days_left",
    "overdue",
    "raised_on",
)
_SAMPLE: Final = (
    "sample",
    "view",
    "method",
    "population_rows",
    "drawn",
    "projected_fen",
    "upper_limit_fen",
    "exceeds",
    "drawn_on",
)
_COMPARISON: Final = (
    "source",
    "institution",
    "kind",
    "lines",
    "matched",
    "differing",
    "unread",
    "only_listed",
    "only_held",
    "compared_on",
)
_PAPER: Final = ("title", "institution", "kind", "about", "made_on", "made_by")
_EVIDENCE: Final = ("title", "institution", "about", "kept_on", "kept_by")
_PERIOD: Final = ("institution", "closed", "first", "last", "days_in_force", "on", "reason")

router = APIRouter(include_in_schema=False)


@router.get("/audit")
async def audit_page(request: Request, caller: CallerNow) -> Response:
    """Open findings for everybody who works with them; all the rest for auditors."""
    if (turned := switched(request)) is not None:
        return turned
    given = read_parameters(request, ("recorded",))
    need_role(caller, CONCERNED)
    spoken, home = language(request), request.app.state.home
    auditor = bool(caller.roles & AUDITORS)

    def read() -> dict[str, Any]:
        seen = Seen.now(home, caller, spoken, FINDINGS)
        return {**seen.around(), **_findings(seen), **(_work(seen) if auditor else {})}

    context = {
        "w": audit_words(spoken),
        "recorded": given.get("recorded"),
        "auditor": auditor,
        **await run_in_threadpool(read),
    }
    return page(request, "audit.html", context)


def _findings(seen: Seen) -> dict[str, Any]:
    """What concerns both sides: open findings, the nearest day first, and documents."""
    rows = seen.rows(FINDINGS).filter(pl.col("stage") != "closed").sort("due", maintain_order=True)
    evidence = seen.rows(EVIDENCE).reverse()
    return {
        "findings": seen.table(FINDINGS, rows, _FINDING, {"title": finding_path}, _mark),
        "overdue": rows["overdue"].sum(),
        "evidence": seen.table(EVIDENCE, evidence, _EVIDENCE, {"title": document_path}),
    }


def _work(seen: Seen) -> dict[str, Any]:
    """What auditors made, the newest first, and where they look first."""
    scope = seen.caller.scope(AUDITORS)
    offered = institutions_within(seen.tape, scope)
    papers, comparisons = seen.rows(WORKING_PAPERS), seen.rows(COMPARISONS)
    samples, periods = seen.rows(SAMPLES), seen.rows(PERIODS)
    one = 0 if seen.spoken == "zh" else 1
    return {
        "institutions": [(each, called(each, seen.spoken, offered)) for each in sorted(offered)],
        "part": "" if scope.everywhere else f" --institution {min(scope.institutions)}",
        "first_look": [
            {
                "name": view.name,
                "title": _title(view, one),
                "count": seen.rows(view).height,
                "about": ABOUTS[view.name][one],
            }
            for view in FIRST_LOOK
            if seen.may(view)
        ],
        "samples": seen.table(SAMPLES, samples.reverse(), _SAMPLE, {"sample": sample_path}),
        "comparisons": seen.table(COMPARISONS, comparisons.reverse(), _COMPARISON),
        "papers": seen.table(WORKING_PAPERS, papers.reverse(), _PAPER, {"title": document_path}),
        "periods": seen.table(PERIODS, periods.reverse(), _PERIOD),
    }


def _mark(row: Mapping[str, Any]) -> str:
    return "overdue" if row["overdue"] else ""


def _title(view: View, one: int) -> str:
    return (view.zh, view.en)[one]


def finding_path(row: Mapping[str, Any]) -> str:
    """The page of the finding in a row."""
    return f"/audit/findings/{row['finding']}"


def sample_path(row: Mapping[str, Any]) -> str:
    """The page of the sample in a row."""
    return f"/audit/samples/{row['sample']}"


def document_path(row: Mapping[str, Any]) -> str:
    """Where the bytes of the document in a row are read."""
    return f"/v1/evidence/{row['document'].removeprefix('evidence:')}"
