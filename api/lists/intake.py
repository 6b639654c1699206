"""From a list to the ledger: what each row would add, and the commands that add it.

Nothing is written until somebody accepts. Then every row's commands go through the book under keys
made of the file's hash and the row, so a list that is sent twice says nothing twice.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple, get_args

import psycopg

from api.door import Asker, actor_of
from api.home import Home
from api.imports import intake as statements
from api.imports.columns import Titles
from api.imports.verdicts import Preview
from api.lists import arrivals, contracts, patents, registrations
from api.lists.kinds import ARRIVALS, CONTRACTS, LIST_ROLES, PATENTS, Kind
from api.lists.known import (
    contracts_by_number,
    counterparties_by_name,
    histories,
    institutions_by_name,
)
from api.lists.mappings import save_titles, saved_titles
from api.lists.owners import MARKS, Owner
from api.lists.results import RowVerdict, Step
from api.lists.tables import (
    ListTable,
    kind_called,
    read_list,
)
from api.states import state_of
from ledger.access import acting_institution
from ledger.case import business_day
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer, Request
from ledger.writers import Scribe

BATCH = 1_000
"""Commands decided and committed together."""

_SHOWN = 50

Progress = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A list with what its bearer says about it.

    `titles` maps titles or column letters to fields, and names of owners to what they are, where
    the rule of `owners` guesses wrong. `account` is for arrivals; `doubles` are the
    rows that are taken although a line like them waits already. With `claim_numbers` patents that
    another institution registered are claimed too.
    """

    data: bytes
    filename: str
    institution: str | None = None
    kind: str | None = None
    titles: Titles = field(default_factory=dict)
    account: str | None = None
    doubles: frozenset[int] = frozenset()
    accept_good: bool = False
    claim_numbers: bool = False

    @property
    def columns(self) -> Titles:
        """What was said of columns."""
        return {title: name for title, name in self.titles.items() if name not in MARKS}

    @property
    def owner_marks(self) -> Mapping[str, Owner]:
        """What was said of owners, by plain name."""
        return {
            title: kind
            for title, name in self.titles.items()
            for kind in get_args(Owner)
            if kind == name
        }


@dataclass(frozen=True, slots=True)
class ListPreview:
    """What taking a list in would do, row by row; `statement` is there for arrivals only."""

    institution: str
    table: ListTable
    verdicts: tuple[RowVerdict, ...]
    statement: Preview | None = None

    @property
    def kind(self) -> Kind:
        """Which kind of list it is."""
        return self.table.kind

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows by verdict."""
        return Counter(verdict.verdict for verdict in self.verdicts)

    @property
    def inventors(self) -> int:
        """Names of inventors in the new rows, which are not taken over."""
        return sum(verdict.inventors for verdict in self.verdicts)

    @property
    def persons(self) -> int:
        """Owners in the new rows who are taken for natural persons."""
        return sum(len(verdict.persons) for verdict in self.verdicts)

    @property
    def rejected(self) -> tuple[RowVerdict, ...]:
        """Rows with a cell that cannot be read."""
        return tuple(verdict for verdict in self.verdicts if verdict.faults)


class RowRefused(NamedTuple):
    """A command of a row that the book refused."""

    row: int
    command: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class ListTaken:
    """A list taken in: what was found, how many facts were written, and what the book refused."""

    preview: ListPreview
    facts: int
    refused: tuple[RowRefused, ...] = ()
    statement: str | None = None


def preview(
    home: Home, connection: psycopg.Connection[Any], by: Asker, asked: Asked
) -> ListPreview:
    """Every row with its verdict; nothing is written.

    Raises Refusal: ROLE_IS_MISSING, INSTITUTION_MUST_BE_NAMED, those of `read_list`, and for
    arrivals those of `api.imports.intake.preview`.
    """
    today = business_day(home.clock())
    state = state_of(connection, actor_of(by))
    acting = acting_institution(state, LIST_ROLES, asked.institution, None, today)
    kind = kind_called(asked.kind) if asked.kind else None
    saved = saved_titles(connection, acting)
    table = read_list(home, asked.data, asked.filename, saved, asked.columns, kind)
    acting_institution(state, table.kind.roles, acting, None, today)
    if table.kind is ARRIVALS:
        return _arrivals(home, connection, by, asked, table, acting)
    made = _compared(connection, table, acting, today, asked.owner_marks)
    return ListPreview(acting, table, tuple(made))


def _compared(
    connection: psycopg.Connection[Any],
    table: ListTable,
    institution: str,
    today: date,
    marks: Mapping[str, Owner],
) -> Iterator[RowVerdict]:
    if table.kind is PATENTS:
        names = institutions_by_name(connection, institution)
        read = patents.read_patents(table, names, institution, today)
        subjects = patents.subjects_compared(read, institution)
        known = patents.PatentKnowledge(institution, names, histories(connection, subjects), marks)
        return patents.compared(table, read, known)
    by_number = contracts_by_number(connection, institution)
    if table.kind is CONTRACTS:
        return contracts.compared(
            table,
            contracts.ContractKnowledge(
                institution,
                by_number,
                counterparties_by_name(connection),
                histories(connection, contracts.patents_named(table)),
                today,
            ),
        )
    return registrations.compared(table, institution, by_number, today)


def _arrivals(
    home: Home,
    connection: psycopg.Connection[Any],
    by: Asker,
    asked: Asked,
    table: ListTable,
    institution: str,
) -> ListPreview:
    read = arrivals.read_arrivals(table, business_day(home.clock()))
    found = statements.preview(
        home, connection, by, read.file, institution=institution, account=asked.account
    )
    return ListPreview(institution, table, arrivals.verdicts(found, read.faults), found)


def accept(
    home: Home,
    connection: psycopg.Connection[Any],
    scribe: Scribe,
    by: Asker,
    asked: Asked,
    progress: Progress = lambda done, total: None,
) -> ListTaken:
    """Take a list in: all rows that say something new, or with a rejected row nothing at all.

    `accept_good` takes the other rows. Possible doubles stay out unless they are named. A command
    that the book refuses stops no other row. Columns named by hand are kept for the next time.
    Raises Refusal: those of `preview`, LIST_HAS_REJECTED_ROWS.
    """
    found = preview(home, connection, by, asked)
    if found.rejected and not asked.accept_good:
        raise _rejected(found)
    said = found.table.said_by_hand(asked.columns)
    save_titles(connection, found.institution, found.kind.code, said)
    if found.statement is not None:
        return _take_arrivals(home, connection, scribe, by, asked, found)
    # The collector need not walk through all that was read again and again while facts are made.
    gc.freeze()
    try:
        wanted = [
            verdict
            for verdict in found.verdicts
            if asked.claim_numbers or verdict.verdict != "elsewhere"
        ]
        return _carry_out(home, scribe, by, found, wanted, progress)
    finally:
        gc.unfreeze()


def _carry_out(
    home: Home,
    scribe: Scribe,
    by: Asker,
    found: ListPreview,
    wanted: list[RowVerdict],
    progress: Progress,
) -> ListTaken:
    facts = 0
    refused: list[RowRefused] = []
    waiting = (
        (verdict.row, step.command, _admitted(home, by, found.table.sha256, verdict.row, step))
        for verdict in wanted
        for step in verdict.steps
    )
    total = found.verdicts[-1].row if found.verdicts else 0
    while batch := list(islice(waiting, BATCH)):
        requests = [request for _, _, request in batch if isinstance(request, Request)]
        verdicts = iter(scribe.handle_all(requests))
        for row, command, request in batch:
            verdict = request if isinstance(request, Refusal) else next(verdicts)
            if isinstance(verdict, Answer):
                facts += len(verdict.written)
            elif isinstance(verdict, Refusal):
                refused.append(RowRefused(row, command, verdict))
            else:
                raise verdict
        progress(batch[-1][0], total)
    return ListTaken(found, facts, tuple(refused))


def _admitted(home: Home, by: Asker, sha256: str, row: int, step: Step) -> Request | Refusal:
    try:
        key = f"list/{sha256}/{row}/{step.command}"
        return home.door.admit(step.command, step.body, by, key)
    except Refusal as refusal:
        return refusal


def _take_arrivals(
    home: Home,
    connection: psycopg.Connection[Any],
    scribe: Scribe,
    by: Asker,
    asked: Asked,
    found: ListPreview,
) -> ListTaken:
    read = arrivals.read_arrivals(found.table, business_day(home.clock()))
    taken = statements.accept(
        home,
        connection,
        scribe.handle,
        by,
        read.file,
        institution=found.institution,
        account=asked.account,
        doubles=asked.doubles,
        accept_good=asked.accept_good,
    )
    facts = len(taken.answer.written) if taken.answer else 0
    return ListTaken(found, facts, statement=taken.statement)


def _rejected(found: ListPreview) -> Refusal:
    lines = [fault for verdict in found.rejected for fault in verdict.faults][:_SHOWN]
    return Refusal(
        Refused.LIST_HAS_REJECTED_ROWS,
        rejected=len(found.rejected),
        lines=[fault._asdict() for fault in lines],
    )
