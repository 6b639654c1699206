"""What the pages of clauses show: the cells of a matrix, and one cell with what would mend it."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from api.access import Caller
from api.clause_cells import may_do
from api.compliance import AskedClauses
from api.console.cells import called, subjects_in
from api.console.choosers import Choosing, choices
from api.console.form_pages import form_told
from api.console.form_shapes import is_simple, shapes_of
from api.console.forms import subjects_named
from api.exports.cells import word_of
from api.figures import Standpoint
from api.home import Home
from api.language import Language
from api.readings import Reading
from api.rights import names_for
from compliance.assess import Assessment
from compliance.clause import BUREAU, STATUS_WORDS, Bearing, Catalogue, Status, Words
from ledger.commands import BY_NAME
from ledger.decisions import RecordDecision
from ledger.looking import Onlooker

ROWS_SHOWN: Final = 2_000
SIGNS: Final = {
    Status.EVIDENCED: "✓",
    Status.PARTIAL: "◐",
    Status.STALE: "△",
    Status.MISSING: "○",
    Status.CONTRADICTED: "✗",
    Status.NOT_APPLICABLE: "–",
}
"""A sign for each status, so that no reader needs colours."""

_CASES: Final = (Bearing.BREACH, Bearing.GAP, Bearing.DUE, Bearing.EVIDENCE)


def grid(
    catalogue: Catalogue,
    reading: Reading,
    before: Reading | None,
    given: Mapping[str, str],
    spoken: Language,
) -> dict[str, Any]:
    """Rows of institutions with a cell for each clause; a cell that changed says from what."""
    moment = {name: given[name] for name in ("as_of", "known_at") if name in given}
    earlier: dict[tuple[str, str], str] = {}
    if before is not None:
        rows = before.rows.select("institution", "clause", "status").iter_rows()
        earlier = {(place, clause): status for place, clause, status in rows}
    lines: dict[str, dict[str, Any]] = {}
    for row in reading.rows.iter_rows(named=True):
        place, status = row["institution"], Status(row["status"])
        was = earlier.get((place, row["clause"]))
        query = urlencode({"institution": place, **moment})
        line = lines.setdefault(place, {"id": place, "name": row[f"name_{spoken}"], "cells": {}})
        line["cells"][row["clause"]] = {
            "status": status,
            "sign": SIGNS[status],
            "word": said(STATUS_WORDS[status], spoken),
            "counts": row["evidence"],
            "open": row["breaches"] + row["gaps"],
            "due": row["next_due"],
            "was": was and said(STATUS_WORDS[Status(was)], spoken),
            "changed": before is not None and was != status,
            "href": f"/compliance/{catalogue.id}/{row['clause']}?{query}",
        }
    clauses = [
        (each.id, said(each.title, spoken), said(each.requirement, spoken))
        for each in catalogue.clauses
    ]
    legend = [(each, SIGNS[each], said(STATUS_WORDS[each], spoken)) for each in Status]
    changed = sum(each["changed"] for line in lines.values() for each in line["cells"].values())
    return {"clauses": clauses, "lines": list(lines.values()), "legend": legend, "turned": changed}


def cell_told(reading: Reading, seen: Assessment, spoken: Language) -> dict[str, Any]:
    clause = seen.clause
    return {
        "clause": clause.id,
        "title": said(clause.title, spoken),
        "requirement": said(clause.requirement, spoken),
        "source": clause.source,
        "mark": word_of("mark", clause.mark, spoken),
        "name": reading.told[f"name_{spoken}"],
        "institution": seen.institution,
        "status": seen.status,
        "sign": SIGNS[seen.status],
        "word": said(STATUS_WORDS[seen.status], spoken),
        "next_due": seen.next_due,
        "decision": seen.decision,
        "next_step": None
        if seen.status in (Status.EVIDENCED, Status.NOT_APPLICABLE)
        else said(clause.next_step, spoken),
    }


def groups_of(
    reading: Reading, at: Standpoint, asked: AskedClauses, spoken: Language
) -> list[dict[str, Any]]:
    """The items by bearing, what is wrong first."""
    readable = {fact["position"]: fact["href"] is not None for fact in reading.told["facts"]}
    found = subjects_in(reading.view.columns, reading.rows.rows())
    names = names_for(at.tape, found, asked.scope)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in reading.rows.head(ROWS_SHOWN).iter_rows(named=True):
        subject = row["subject"]
        told = {
            "subject": subject,
            "name": subject and called(subject, spoken, names),
            "linked": readable.get(row["position"], False),
            "on": row["on"],
            "due": row["due"],
            "what": row["code"] and word_of("code", row["code"], spoken),
            "fact": row[f"fact_{spoken}"],
            "position": row["position"],
        }
        groups.setdefault(row["bearing"], []).append(told)
    return [
        {"word": word_of("bearing", each, spoken), "rows": groups[each], "bearing": each}
        for each in _CASES
        if each in groups
    ]


def mending(
    home: Home,
    onlooker: Onlooker,
    caller: Caller,
    seen: Assessment,
    at: Standpoint,
    back: str,
    spoken: Language,
) -> list[dict[str, Any]]:
    """The commands that mend a cell: short ones as forms, others as links, or who may do them."""
    # What is recorded now would not show in a cell as it was known before.
    if seen.status in (Status.EVIDENCED, Status.NOT_APPLICABLE) or at.tape.size < at.head:
        return []
    commands = [BY_NAME[name].command for name in seen.clause.mend]
    unsettled = seen.items.filter(seen.items["bearing"] != str(Bearing.EVIDENCE))
    concerned = subjects_named(at.tape, unsettled["position"])
    mine = [each for each in commands if may_do(caller, each, seen)]
    choosing = Choosing(home, onlooker, caller, spoken, [seen.institution])
    scoped = None if seen.clause.binds == BUREAU else seen.institution
    return [
        {
            "title": each.ZH if spoken == "zh" else each.EN,
            "roles": [word_of("role", role, spoken) for role in sorted(each.ROLES or ())],
            "may": each in mine,
            "link": f"/forms/{each.NAME}?{urlencode({'back': back})}",
            "form": form_told(each, choices(choosing, each, {}, concerned), {}, spoken, scoped)
            if each in mine and is_simple(shapes_of(each))
            else None,
        }
        for each in commands
    ]


def exempting(caller: Caller, catalogue: Catalogue, seen: Assessment, back: str) -> str | None:
    """Where to propose that the clause does not apply, for those who may."""
    if seen.status is Status.NOT_APPLICABLE or not may_do(caller, RecordDecision, seen):
        return None
    said = {"kind": "not-applicable", "catalogue": catalogue.id, "clause": seen.clause.id}
    return f"/forms/{RecordDecision.NAME}?{urlencode({**said, 'back': back})}"


def said(words: Words, spoken: Language) -> str:
    return words.zh if spoken == "zh" else words.en
