"""What waits for somebody: things whose next act is theirs, most pressing first, with its form.

Which things to ask about the queues say; whether the act is theirs, and fits now, its own decision
says (`acts.fits`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

import polars as pl
import psycopg

from api.access import Caller
from api.compliance import asked_clauses, deadlines_read
from api.console.acts import ACTS, AT_THE_DESK, FORMS, Act, Offer, Thing, fits, offer_of
from api.console.form_shapes import shapes_of
from api.console.queues import QUEUES, Queue
from api.console.spoken import spoken_names
from api.console.words import WORDS
from api.desk import PAGE_LINES_MAX, READS_DESK, unclaimed
from api.figures import standpoint
from api.home import Home
from api.language import Language
from api.readings import asked_for, computed, moment_asked
from api.rights import Kind, scope_of
from ledger.accounts import FINANCE_CLERKS
from ledger.case import Command, business_day
from ledger.looking import Onlooker
from projections.view import INSTITUTION

NAMED_MAX: Final = 5
"""So many things of a queue are named on the first page; the register has them all."""

ASKED_MAX: Final = 500
"""Of a longer queue the count says "at least"."""

_SOON_DAYS: Final = 30
_EVERYWHERE: Final = frozenset({"counterparty", "patent"})
"""Kinds that are chosen by name as easily as they are looked for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue as its reader meets it: how much waits, where all of it is, and the first of it."""

    title: str
    count: int
    more: bool
    href: str
    first: tuple[tuple[str, Offer], ...] = ()


def waiting(home: Home, onlooker: Onlooker, caller: Caller, spoken: Language) -> list[Waiting]:
    """All that waits for the caller now, empty queues left out. Blocks: use a thread."""
    found = [*_unclaimed(home, caller, spoken)]
    for queue in QUEUES:
        act = next((a for acts in ACTS.values() for a in acts if a.name == queue.act), None)
        if act is None or not (act.command.ROLES or frozenset()) & caller.roles:
            continue
        if scope_of(caller, queue.view):
            found += _queued(home, onlooker, caller, queue, act, spoken)
    return [*found, *_deadlines(home, caller, spoken)]


def _queued(
    home: Home, onlooker: Onlooker, caller: Caller, queue: Queue, act: Act, spoken: Language
) -> Iterator[Waiting]:
    asked = asked_for(caller, queue.view, {})
    tape, moment, head = moment_asked(home.reader, asked)
    rows = computed(home.reader.kept, asked, tape, moment, head).rows.filter(queue.waits)
    if queue.soon:
        soon = business_day(home.clock()) + timedelta(days=_SOON_DAYS)
        rows = rows.filter(pl.col("due") <= soon)
    things = [
        Thing(row[queue.subject], row[INSTITUTION], {name: str(row[name]) for name in queue.said})
        for row in rows.head(ASKED_MAX).iter_rows(named=True)
    ]
    fitting = fits(onlooker, caller, [(act, thing) for thing in things])
    mine = [thing for thing, fit in zip(things, fitting, strict=True) if fit]
    if not mine:
        return
    scope = scope_of(caller, Kind.FACT)
    names = spoken_names(
        home,
        tape,
        {thing.subject for thing in mine[:NAMED_MAX]},
        spoken,
        scope,
        persons=bool(scope),
    )
    yield Waiting(
        queue.zh if spoken == "zh" else queue.en,
        len(mine),
        rows.height > ASKED_MAX,
        queue.href,
        tuple(
            (names[thing.subject], _lead(queue, act, caller, thing, spoken))
            for thing in mine[:NAMED_MAX]
        ),
    )


def _lead(queue: Queue, act: Act, caller: Caller, thing: Thing, spoken: Language) -> Offer:
    """The act, where the thing's own page does it with all that belongs to it, else its form."""
    offer = offer_of(act, caller, thing, spoken, "/")
    return replace(offer, href=f"{queue.page}{thing.subject}") if queue.page else offer


def _unclaimed(home: Home, caller: Caller, spoken: Language) -> Iterator[Waiting]:
    """Money on the bank's lines that nobody claimed, for those who claim it."""
    places = caller.scope(FINANCE_CLERKS & READS_DESK).institutions
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        for place in sorted(places):
            page = unclaimed(connection, home.vault, place, with_texts=False, limit=PAGE_LINES_MAX)
            if page.lines:
                yield Waiting(
                    WORDS[spoken]["waiting_unclaimed"],
                    len(page.lines),
                    page.next is not None,
                    f"/desk?{urlencode({INSTITUTION: place})}",
                )


def _deadlines(home: Home, caller: Caller, spoken: Language) -> Iterator[Waiting]:
    """Last days that were missed, and those of the next thirty days."""
    if not scope_of(caller, Kind.CLAUSE).institutions:
        return
    asked = asked_clauses(caller, {})
    rows = deadlines_read(asked, standpoint(home.reader, asked)).rows
    today = business_day(home.clock())
    ahead = rows.filter(
        (pl.col("state") == "ahead") & (pl.col("due") <= today + timedelta(days=_SOON_DAYS))
    )
    missed = rows.filter(pl.col("state") == "missed")
    for key, some in (("waiting_missed", missed), ("waiting_ahead", ahead)):
        if some.height:
            yield Waiting(WORDS[spoken][key], some.height, more=False, href="/deadlines")


def beginnings(caller: Caller, spoken: Language) -> list[Offer]:
    """The acts with which something new begins, of those the caller may do.

    What begins with a thing that is looked for in its register is offered there.
    """
    return [
        Offer(each.NAME, each.ZH if spoken == "zh" else each.EN, f"/forms/{each.NAME}?back=%2F")
        for each in FORMS
        if (each.ROLES or frozenset()) & caller.roles and _begins(each)
    ]


def _begins(command: type[Command]) -> bool:
    if command.NAME in AT_THE_DESK:
        return True
    needed = {kind for shape in shapes_of(command) if shape.needed for kind in shape.kinds}
    return command.FRESH is not None and needed <= _EVERYWHERE
