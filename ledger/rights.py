"""What deals and other commands ask of patents: whose they are, whether they live, who consents."""

from collections.abc import Iterable, Mapping
from datetime import date

from ledger.case import Breach, Case, Ref
from ledger.facts.base import Evidence
from ledger.patent_state import IN_FORCE, LICENSABLE, PENDING, Patent, Status, evolve
from ledger.refusals import Refusal, Refused

__all__ = [
    "IN_FORCE",
    "LICENSABLE",
    "PENDING",
    "Patent",
    "Status",
    "consent_breaches",
    "evolve",
    "filings",
    "need_after_filing",
    "need_patent",
    "need_patents",
    "patent_and_day",
    "title_breaches",
    "unless",
]


def need_patent(case: Case, patent: str) -> Patent:
    """A patent of the case's institution: one that it recorded or co-owns.

    Refuses SUBJECT_IS_UNKNOWN for any other, without a hint that it exists, and to those whose
    file the bureau set aside NUMBER_IS_SETTLED_FOR_ANOTHER.
    """
    state = case.read(Patent, patent)
    if any(case.institution in file.parties for file in state.aside) and (
        case.institution not in state.parties
    ):
        raise Refusal(Refused.NUMBER_IS_SETTLED_FOR_ANOTHER, patent=patent)
    if not state.known or case.institution not in state.parties:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=patent)
    return state


def need_patents(case: Case, patents: Iterable[str]) -> dict[str, Patent]:
    """Each patent once, in the given order; refuses as `need_patent` does."""
    return {patent: need_patent(case, patent) for patent in dict.fromkeys(patents)}


def patent_and_day(case: Case, patent: str, on: date | None) -> tuple[Patent, date]:
    """The patent and the day, today unless given, of what happened to it.

    Refuses as `need_patent` does, and EVENT_PRECEDES_FILING for a day before the filing.
    """
    state = need_patent(case, patent)
    day = on or case.today
    need_after_filing(patent, state.filed, day)
    return state, day


def need_after_filing(subject: str, filed: date, day: date) -> None:
    """Refuse EVENT_PRECEDES_FILING for a day before an application was filed."""
    if day < filed:
        raise Refusal(
            Refused.EVENT_PRECEDES_FILING,
            patent=subject,
            on=day.isoformat(),
            filed=filed.isoformat(),
        )


def filings(patents: Mapping[str, Patent]) -> tuple[Ref, ...]:
    """The filings on which a deal about these patents rests."""
    return tuple(Ref(patent, state.filing) for patent, state in patents.items())


def unless(
    fitting: frozenset[Status], code: str, patent: str, state: Patent, on: date
) -> tuple[Breach, ...]:
    """A breach unless the right had a fitting status on the day."""
    status = state.status_on(on)
    if status in fitting:
        return ()
    return (Breach(code, {"patent": patent, "status": status, "on": on.isoformat()}),)


def title_breaches(
    patents: Mapping[str, Patent],
    institution: str,
    days: Iterable[date],
    alive: frozenset[Status] = LICENSABLE,
) -> tuple[Breach, ...]:
    """What is wrong with disposing of these patents on these days: dead rights, lost title.

    民法典 art. 865: a right is licensed only while it lives. Applications count as alive unless
    told otherwise.
    """
    days = tuple(days)
    found: list[Breach] = []
    for patent, state in patents.items():
        dead = next((day for day in days if state.status_on(day) not in alive), None)
        if dead is not None:
            values = {"status": state.status_on(dead), "on": dead.isoformat()}
            found.append(Breach("right-is-not-in-force", {"patent": patent, **values}))
        moved = next((t for day in days if (t := state.assigned_on(day)) is not None), None)
        if moved is not None:
            values = {"patent": patent, "assignment": moved.assignment}
            found.append(Breach("patent-is-assigned-already", values))
        if institution not in state.owners:
            found.append(Breach("institution-is-not-owner", {"patent": patent}))
    return tuple(found)


def consent_breaches(
    patents: Mapping[str, Patent], evidence: Iterable[Evidence]
) -> tuple[Breach, ...]:
    """Co-owned patents whose co-owners' consent (evidence `co-owner-consent`) is not shown.

    专利法 art. 14: one co-owner alone may work the right and give ordinary licenses, no more.
    """
    if any(item.kind == "co-owner-consent" for item in evidence):
        return ()
    return tuple(
        Breach("co-owner-consent-is-missing", {"patent": patent})
        for patent, state in patents.items()
        if state.is_shared
    )
