"""Patent lists: each row beside what the log holds of that patent, and what is missing there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from api.desk import plain_name
from api.lists.cells import (
    need,
    need_day,
    read_day,
    read_patent,
    read_publication,
    several,
)
from api.lists.known import History, file_of, last
from api.lists.owners import NATURAL_PERSON, Owner, owner_kind
from api.lists.results import Cell, CellRefused, Difference, RowVerdict, Step, cell_fault
from api.lists.statuses import END_COMMANDS, End, read_status
from api.lists.tables import ListTable
from ledger.facts import (
    Fact,
    PatentExpired,
    PatentFiled,
    PatentGranted,
    PatentInvalidated,
    PatentLapsed,
    PatentPublished,
    PatentRejected,
    PatentRestored,
    PatentWithdrawn,
)
from ledger.identifiers import PatentKind, patent_kind
from ledger.number_claims import ClaimNumber, claim_id

_ENDS = (PatentLapsed, PatentExpired, PatentInvalidated, PatentWithdrawn, PatentRejected)


class Listed(NamedTuple):
    """What one row says of a patent."""

    patent: str
    title: str
    filed: date
    owners: tuple[str, ...]
    published: tuple[date, str | None] | None
    granted: tuple[date, str | None] | None
    ended: tuple[date, End] | None
    alive: bool
    inventors: int


@dataclass(frozen=True, slots=True)
class PatentKnowledge:
    """What the comparison needs from the log: histories by patent, institutions by plain name.

    `marks` is what the importer says of owners.
    """

    institution: str
    institutions: Mapping[str, str]
    histories: Mapping[str, History]
    marks: Mapping[str, Owner]


_Read = tuple[int, str, Listed | CellRefused]


def read_patents(
    table: ListTable, known_names: Mapping[str, str], own: str, today: date
) -> list[_Read]:
    """Every row with the number people know it by, and what it says or why it cannot be read."""
    first: dict[str, int] = {}
    found: list[_Read] = []
    for row, cells in table.rows():
        shown = cells["patent"].text
        try:
            listed = _listed(cells, known_names, own, today)
            if listed.patent in first:
                told = str(first[listed.patent])
                raise CellRefused("number_is_there_twice", cells["patent"], first=told)
            first[listed.patent] = row
            found.append((row, shown, listed))
        except CellRefused as refused:
            found.append((row, shown, refused))
    return found


def compared(
    table: ListTable, read: list[_Read], knowledge: PatentKnowledge
) -> Iterator[RowVerdict]:
    """Each row beside the log. A patent that is there never becomes a second one."""
    sheet = table.head.sheet
    for row, shown, listed in read:
        if isinstance(listed, CellRefused):
            yield RowVerdict(row, shown, "rejected", faults=(cell_fault(sheet, listed),))
        else:
            yield _beside(row, listed, knowledge)


def _listed(
    cells: Mapping[str, Cell], known_names: Mapping[str, str], own: str, today: date
) -> Listed:
    patent = read_patent(cells["patent"])
    filed = need_day(cells["filed"], today)
    owners = several(cells["owners"].text) if "owners" in cells else ()
    if owners and all(known_names.get(plain_name(name)) != own for name in owners):
        raise CellRefused("institution_is_no_owner", cells["owners"])
    status = read_status(cells["status"]) if "status" in cells else None
    published, granted = _announced(cells, patent, today)
    ended = None
    if status is not None and status.end is not None:
        ended = (_day_of_status(cells, today, "法律状态公告日"), status.end)
    if status is not None and status.granted and granted is None:
        raise CellRefused("status_needs_a_date", cells["status"], wanted="授权公告日")
    for field, day in (
        ("published_on", published and published[0]),
        ("granted_on", granted and granted[0]),
        ("status_on", ended and ended[0]),
    ):
        if day is not None and day < filed:
            place = cells.get(field) or cells["filed"]
            raise CellRefused("date_precedes_filing", place, filed=filed.isoformat())
    return Listed(
        patent=f"patent:{patent}",
        title=need(cells["title"]),
        filed=filed,
        owners=owners,
        published=published,
        granted=granted,
        ended=ended,
        alive=status is not None and status.end is None,
        inventors=len(several(cells["inventors"].text)) if "inventors" in cells else 0,
    )


def _day_of_status(cells: Mapping[str, Cell], today: date, wanted: str) -> date:
    day = read_day(cells["status_on"], today) if "status_on" in cells else None
    if day is None:
        raise CellRefused("status_needs_a_date", cells["status"], wanted=wanted)
    return day


_Announced = tuple[date, str | None] | None


def _announced(
    cells: Mapping[str, Cell], patent: str, today: date
) -> tuple[_Announced, _Announced]:
    """Publication and grant. One column often holds whichever number is newer: its letter tells.

    Only inventions are published before their grant.
    """
    publication = read_publication(cells["publication"]) if "publication" in cells else None
    announcement = read_publication(cells["announcement"]) if "announcement" in cells else None
    published_on = read_day(cells["published_on"], today) if "published_on" in cells else None
    granted_on = read_day(cells["granted_on"], today) if "granted_on" in cells else None
    is_grant = publication is not None and publication[-1] != "A"
    if is_grant:
        announcement = announcement or publication
        granted_on = granted_on or published_on
    published = None
    is_invention = patent_kind(patent) is PatentKind.INVENTION
    if is_invention and not is_grant and published_on is not None and published_on != granted_on:
        published = (published_on, publication)
    return published, (None if granted_on is None else (granted_on, announcement))


def _beside(row: int, listed: Listed, knowledge: PatentKnowledge) -> RowVerdict:
    history = file_of(listed.patent, knowledge.histories.get(listed.patent, ()))
    shown = listed.patent.removeprefix("patent:")
    filed = last(history, PatentFiled)
    if not isinstance(filed, PatentFiled):
        filing, persons = _filing(listed, knowledge)
        steps = (filing, *_missing(listed, (), knowledge.institution))
        return RowVerdict(row, shown, "new", steps, inventors=listed.inventors, persons=persons)
    recorder = next(seen.institution for seen in history if seen.fact is filed)
    if knowledge.institution not in (recorder, *filed.owners):
        return _claimed_too(row, listed, knowledge)
    differences = tuple(_differences(listed, filed, history))
    if differences:
        return RowVerdict(row, shown, "conflicting", differences=differences)
    steps = tuple(_missing(listed, history, knowledge.institution))
    return RowVerdict(row, shown, "changed" if steps else "unchanged", steps)


def _claimed_too(row: int, listed: Listed, knowledge: PatentKnowledge) -> RowVerdict:
    """Another institution registered the number: it can be claimed too, unless it is already."""
    shown = listed.patent.removeprefix("patent:")
    if claim_id(listed.patent, knowledge.institution) in knowledge.histories:
        return RowVerdict(row, shown, "elsewhere")
    filing, persons = _filing(listed, knowledge)
    steps = (filing._replace(command=ClaimNumber.NAME),)
    return RowVerdict(row, shown, "elsewhere", steps, inventors=listed.inventors, persons=persons)


def subjects_compared(read: list[_Read], own: str) -> Iterator[str]:
    """What a comparison needs the histories of: each number, and one's own claim to it."""
    for _, _, listed in read:
        if isinstance(listed, Listed):
            yield from (listed.patent, claim_id(listed.patent, own))


def _filing(listed: Listed, knowledge: PatentKnowledge) -> tuple[Step, tuple[str, ...]]:
    """The filing, and the names of owners for whom it says only that they are natural persons."""
    names = {name: knowledge.institutions.get(plain_name(name)) for name in listed.owners}
    others = [name for name, owner in names.items() if owner is None]
    persons = {name for name in others if owner_kind(name, knowledge.marks) == "person"}
    body: dict[str, Any] = {
        "institution": knowledge.institution,
        "patent": listed.patent,
        "title": listed.title,
        "filed": listed.filed.isoformat(),
        "owners": list(dict.fromkeys(owner for owner in names.values() if owner)),
        "other_owners": [NATURAL_PERSON if name in persons else name for name in others],
    }
    return Step("patent.file", body), tuple(name for name in others if name in persons)


def _missing(listed: Listed, history: History, institution: str) -> Iterator[Step]:
    """What the list tells of the right and the log does not know, in order of the office's acts."""
    about = {"institution": institution, "patent": listed.patent}
    if listed.published is not None and last(history, PatentPublished) is None:
        on, number = listed.published
        yield Step("patent.publish", {**about, "on": on.isoformat(), "publication": number})
    if listed.granted is not None and last(history, PatentGranted) is None:
        on, number = listed.granted
        yield Step("patent.grant", {**about, "on": on.isoformat(), "announcement": number})
    if listed.ended is not None and last(history, *_ENDS) is None:
        day, end = listed.ended
        command, extra = END_COMMANDS[end]
        yield Step(command, {**about, "on": day.isoformat(), **extra})


def _differences(listed: Listed, filed: PatentFiled, history: History) -> Iterator[Difference]:
    if plain_name(listed.title) != plain_name(filed.title):
        yield Difference("title", listed.title, filed.title)
    if listed.filed != filed.filed:
        yield Difference("filed", listed.filed.isoformat(), filed.filed.isoformat())
    published, granted = last(history, PatentPublished), last(history, PatentGranted)
    if isinstance(published, PatentPublished):
        yield from _dated("published_on", listed.published, published.on, published.publication)
    if isinstance(granted, PatentGranted):
        yield from _dated("granted_on", listed.granted, granted.on, granted.announcement)
    ended = last(history, *_ENDS, PatentRestored)
    if ended is None or isinstance(ended, PatentRestored):
        return
    logged = f"{end_of(ended)} {ended.effective.isoformat()}"
    if listed.ended is not None:
        told = f"{listed.ended[1]} {listed.ended[0].isoformat()}"
        if told != logged:
            yield Difference("status", told, logged)
    elif listed.alive and end_of(ended) != "partly-invalidated":
        yield Difference("status", "granted" if listed.granted else "pending", logged)


def _dated(field: str, listed: _Announced, on: date, number: str | None) -> Iterator[Difference]:
    if listed is None:
        return
    if listed[0] != on:
        yield Difference(field, listed[0].isoformat(), on.isoformat())
    elif listed[1] and number and plain_name(listed[1]) != plain_name(number):
        yield Difference(field, listed[1], number)


def end_of(fact: Fact) -> str:
    """The stored word for the end that a fact tells of."""
    match fact:
        case PatentLapsed():
            return "abandoned" if fact.cause == "abandoned" else "lapsed"
        case PatentInvalidated():
            return "invalidated" if fact.extent == "wholly" else "partly-invalidated"
        case PatentExpired():
            return "expired"
        case PatentWithdrawn():
            return "withdrawn"
        case _:
            return "rejected"
