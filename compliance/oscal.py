"""An assessment as OSCAL assessment-results: what was looked at, and what the facts show of it.

The shape is that of NIST OSCAL 1.1; nothing in the document claims conformity or certification.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from compliance.assess import Assessment
from compliance.clause import CAVEAT, STATUS_WORDS, Bearing, Catalogue, Status, Words
from compliance.words import BEARING_WORDS, CODE_WORDS
from projections.moment import Moment

OSCAL_VERSION: Final = "1.1.2"
NAMESPACE: Final = "urn:zhiheng:oscal"
"""The namespace of properties that OSCAL does not define."""

_TYPES: Final = {
    Bearing.EVIDENCE: "control-objective",
    Bearing.BREACH: "finding",
    Bearing.GAP: "finding",
    Bearing.DUE: "discovery",
}
_REASONS: Final = {Status.EVIDENCED: "pass", Status.CONTRADICTED: "fail"}


@dataclass(frozen=True, slots=True)
class Assessed:
    """Whose clauses were assessed, from how many facts, and when the last of them was recorded."""

    institution: str
    name: Words
    moment: Moment
    recorded_at: datetime


def assessment_results(
    catalogue: Catalogue, cells: Sequence[Assessment], about: Assessed
) -> dict[str, Any]:
    """The document as JSON values; the same assessment gives the same document, uuids included.

    An observation is an item of a cell, a finding is a cell's status. OSCAL knows two states: an
    evidenced clause is `satisfied`, every other one `not-satisfied`, with its own status as a
    property. Clauses that do not apply are named as excluded, with the decision.
    """
    plan = _uuid(catalogue, about, "plan")
    return {
        "assessment-results": {
            "uuid": str(_uuid(catalogue, about, "results")),
            "metadata": {
                "title": f"{catalogue.title.zh} · {catalogue.title.en} · {about.name.zh}",
                "last-modified": about.recorded_at.isoformat(),
                "version": f"{catalogue.version}.{about.moment.known_at}",
                "oscal-version": OSCAL_VERSION,
                "remarks": _both(CAVEAT),
            },
            "import-ap": {"href": f"#{plan}"},
            "results": [_result(catalogue, cells, about)],
            "back-matter": {
                "resources": [
                    {
                        "uuid": str(plan),
                        "title": catalogue.title.zh,
                        "description": f"{catalogue.id}, {catalogue.version}",
                        "citation": {"text": catalogue.source},
                    }
                ]
            },
        }
    }


def _result(catalogue: Catalogue, cells: Sequence[Assessment], about: Assessed) -> dict[str, Any]:
    observed = {cell.clause.id: _observations(catalogue, cell, about) for cell in cells}
    applying = [cell for cell in cells if cell.status is not Status.NOT_APPLICABLE]
    when = about.recorded_at.isoformat()
    result: dict[str, Any] = {
        "uuid": str(_uuid(catalogue, about, "result")),
        "title": f"{about.name.zh} · {about.moment.as_of}",
        "description": _both(CAVEAT),
        "start": when,
        "end": when,
        "props": _props(
            institution=about.institution,
            **{"as-of": about.moment.as_of, "known-at": about.moment.known_at},
        ),
        "reviewed-controls": {"control-selections": [_selection(catalogue, cells)]},
    }
    observations = [each for some in observed.values() for each in some]
    findings = [_finding(catalogue, cell, observed[cell.clause.id], about) for cell in applying]
    return result | {
        name: made
        for name, made in (("observations", observations), ("findings", findings))
        if made
    }


def _selection(catalogue: Catalogue, cells: Sequence[Assessment]) -> dict[str, Any]:
    """Clauses that apply and clauses that do not; OSCAL takes no empty lists."""
    chosen: dict[str, list[dict[str, str]]] = {}
    for cell in cells:
        excluded = cell.status is Status.NOT_APPLICABLE
        key = "exclude-controls" if excluded else "include-controls"
        chosen.setdefault(key, []).append({"control-id": _target(catalogue, cell)})
    decisions = [
        f"{cell.clause.id}: {cell.decision} ({cell.decided_at})" for cell in cells if cell.decision
    ]
    return {"description": catalogue.source, **chosen} | (
        {"remarks": "; ".join(decisions)} if decisions else {}
    )


def _observations(catalogue: Catalogue, cell: Assessment, about: Assessed) -> list[dict[str, Any]]:
    made = []
    for number, row in enumerate(cell.items.iter_rows(named=True)):
        bearing = Bearing(row["bearing"])
        words = BEARING_WORDS[bearing]
        code = CODE_WORDS.get(row["code"] or "")
        zh = f"{words.zh}：{code.zh}" if code else words.zh
        en = f"{words.en}: {code.en}" if code else words.en
        position = row["position"]
        made.append(
            {
                "uuid": str(_uuid(catalogue, about, cell.clause.id, number, position)),
                "title": f"{cell.clause.id} {zh}",
                "description": f"{zh} · {en}",
                "props": _props(
                    position=position,
                    subject=row["subject"],
                    code=row["code"],
                    due=row["due"],
                    **{"business-date": row["on"]},
                ),
                "methods": ["EXAMINE"],
                "types": [_TYPES[bearing]],
                "relevant-evidence": [
                    {"href": f"urn:zhiheng:position:{position}", "description": f"{position}"}
                ],
                "collected": about.recorded_at.isoformat(),
            }
        )
    return made


def _finding(
    catalogue: Catalogue, cell: Assessment, observations: list[dict[str, Any]], about: Assessed
) -> dict[str, Any]:
    clause, words = cell.clause, STATUS_WORDS[cell.status]
    found: dict[str, Any] = {
        "uuid": str(_uuid(catalogue, about, clause.id, "finding")),
        "title": f"{clause.id} {clause.title.zh} · {clause.title.en}",
        "description": f"{_both(clause.requirement)}\n\n{_both(words)}",
        "props": _props(status=cell.status, mark=clause.mark, **{"next-due": cell.next_due}),
        "target": {
            "type": "objective-id",
            "target-id": _target(catalogue, cell),
            "status": {
                "state": "satisfied" if cell.status is Status.EVIDENCED else "not-satisfied",
                "reason": _REASONS.get(cell.status, "other"),
                "remarks": _both(words),
            },
        },
        "remarks": f"{clause.source}\n\n{_both(CAVEAT)}",
    }
    if cell.status is not Status.EVIDENCED:
        found["description"] += f"\n\n{_both(clause.next_step)}"
    if observations:
        found["related-observations"] = [
            {"observation-uuid": each["uuid"]} for each in observations
        ]
    return found


def _target(catalogue: Catalogue, cell: Assessment) -> str:
    """A clause as an OSCAL token, which may not begin with a digit."""
    return f"{catalogue.id}_{cell.clause.id}"


def _props(**values: Any) -> list[dict[str, str]]:
    return [
        {"name": name, "ns": NAMESPACE, "value": str(value)}
        for name, value in values.items()
        if value is not None
    ]


def _both(words: Words) -> str:
    return f"{words.zh}\n\n{words.en}"


def _uuid(catalogue: Catalogue, about: Assessed, *parts: Any) -> UUID:
    moment = about.moment
    whole = (
        catalogue.id,
        catalogue.version,
        about.institution,
        moment.as_of,
        moment.known_at,
        about.recorded_at.isoformat(),
        *parts,
    )
    return uuid5(NAMESPACE_URL, "/".join(("urn:zhiheng:oscal", *map(str, whole))))
