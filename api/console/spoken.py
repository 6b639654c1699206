"""What people call a thing where they choose it: a receipt by day, payer and amount, and so on."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from api.access import Scope
from api.console.cells import Names, called, cell, is_subject, kind_word
from api.console.person_names import person_names
from api.exports.cells import word_of
from api.home import Home
from api.language import Language
from api.rights import names_for, rows_seen, rows_within
from ledger.case import business_day
from ledger.facts import (
    AccountRegistered,
    CounterpartyChecked,
    Fact,
    RiskAssessed,
    StatementImported,
    ValuationReceived,
)
from ledger.subjects import kind_of
from projections.audit_papers import COMPARISONS, EVIDENCE, WORKING_PAPERS
from projections.audits import FINDINGS, SAMPLES
from projections.deals import DEALS
from projections.decisions import DECISIONS
from projections.disclosures import DISCLOSURES
from projections.fact_titles import Title
from projections.foreign import FOREIGN_APPLICATIONS
from projections.listings import EXCHANGE_LISTINGS
from projections.market import DEMANDS, EVENTS, LEADS, SUPPLIES
from projections.moment import moment_of
from projections.number_claims import NUMBER_CLAIMS
from projections.open_licenses import OPEN_LICENSES
from projections.partners import PARTNERS
from projections.patents import PATENTS
from projections.pledges import PLEDGES
from projections.pricings import PRICINGS
from projections.receipts import RECEIPTS
from projections.reward_claims import REWARD_CLAIMS
from projections.tape import Tape
from projections.view import INSTITUTION, SIDE, View


class _Said(NamedTuple):
    """A view whose rows say it, the column of the subject, and the columns that are said."""

    view: View
    own: str
    columns: tuple[str, ...]


_DEAL: Final = _Said(DEALS, "contract", ("contract_number", "counterparty", "signed"))
_BY_VIEW: Final[Mapping[str, _Said]] = {
    "receipt": _Said(RECEIPTS, "receipt", ("value_date", "payer", "amount_fen")),
    "license": _DEAL,
    "assignment": _DEAL,
    "equity": _DEAL,
    "contract": _DEAL,
    "patent": _Said(PATENTS, "patent", ("patent", "title")),
    "disclosure": _Said(DISCLOSURES, "disclosure", ("title", "submitted")),
    "reward": _Said(
        REWARD_CLAIMS, "reward", (INSTITUTION, "counterparty", "contract", "claimed_fen")
    ),
    "declaration": _Said(OPEN_LICENSES, "declaration", ("patent", "on")),
    "pricing": _Said(PRICINGS, "pricing", ("on", "counterparty", "amount_fen")),
    "listing": _Said(EXCHANGE_LISTINGS, "listing", ("on", "exchange", "asking_fen")),
    "supply": _Said(SUPPLIES, "supply", ("title", "listed_on")),
    "demand": _Said(DEMANDS, "demand", ("title", "counterparty")),
    "lead": _Said(LEADS, "lead", ("opened_on", "counterparty", "stage")),
    "event": _Said(EVENTS, "event", ("held_on", "title")),
    "partner": _Said(PARTNERS, "partner", ("name", "signed")),
    "decision": _Said(DECISIONS, "decision", ("title", "decided_on")),
    "foreign": _Said(FOREIGN_APPLICATIONS, "foreign", ("office", "number", "title")),
    "numberclaim": _Said(NUMBER_CLAIMS, "claim", (INSTITUTION, "patent", "title")),
    "pledge": _Said(PLEDGES, "pledge", ("registration", "pledgee", "secured_fen")),
    "finding": _Said(FINDINGS, "finding", ("title", "raised_on")),
    "sample": _Said(SAMPLES, "sample", ("drawn_on", "method", "population_as_of")),
    "evidence": _Said(EVIDENCE, "document", ("title", "kept_on")),
    "paper": _Said(WORKING_PAPERS, "paper", ("title", "made_on")),
    "comparison": _Said(COMPARISONS, "comparison", ("compared_on", "kind", "source")),
}
_BY_FACT: Final[Mapping[str, tuple[type[Fact], tuple[str, ...]]]] = {
    "account": (AccountRegistered, ("bank", "holder")),
    "statement": (StatementImported, ("first_day", "last_day", "account")),
    "check": (CounterpartyChecked, ("on", "counterparty")),
    "risk": (RiskAssessed, ("on", "matter")),
    "valuation": (ValuationReceived, ("on", "appraiser")),
}
"""Kinds that no view has a row for: the fact that made them, and its fields that are said."""

_FEW: Final = 50
"""So many things are named out of their own facts; for more the whole view is quicker."""

_BETWEEN: Final = " · "
DATED: Final = frozenset({"receipt", "pricing", "listing", "lead", "event", "sample", "comparison"})
"""Kinds whose names begin with a day: the newest is looked for first."""


def spoken_names(
    home: Home,
    tape: Tape,
    wanted: Collection[str],
    spoken: Language,
    scope: Scope,
    *,
    persons: bool,
) -> dict[str, str]:
    """What each of these is called, told to a reader of facts within a scope.

    `persons` says whether they may know names of persons. Blocks: use a thread.
    """
    said = {own: list(parts) for own, parts in _parts(home, tape, wanted, spoken, scope)}
    mentioned = {part for parts in said.values() for part in parts if is_subject(part)}
    names: dict[str, Any] = dict(names_for(tape, {*wanted, *mentioned}, scope))
    if persons:
        names |= person_names(home, {*wanted, *mentioned})
    return {
        subject: _BETWEEN.join(_told(part, subject, spoken, names) for part in said[subject])
        if subject in said
        else called(subject, spoken, names).removeprefix(f"{kind_word(kind_of(subject), spoken)} ")
        for subject in wanted
    }


def spoken_titles(
    home: Home,
    tape: Tape,
    wanted: Collection[str],
    spoken: Language,
    scope: Scope,
    *,
    persons: bool,
) -> dict[str, Title]:
    """The same as names for pages that tell facts; what has none is left out. Blocks."""
    some = [each for each in wanted if kind_of(each) in _BY_VIEW.keys() | _BY_FACT.keys()]
    said = spoken_names(home, tape, some, spoken, scope, persons=persons)
    return {each: Title(name, name) for each, name in said.items() if not name.endswith("…")}


def _told(part: str, subject: str, spoken: Language, names: Names) -> str:
    if not is_subject(part):
        return part
    if part == subject:
        return part.partition(":")[2]
    own = called(part, spoken, names)
    return own.removeprefix(f"{kind_word(kind_of(part), spoken)} ")


def _parts(
    home: Home,
    tape: Tape,
    wanted: Collection[str],
    spoken: Language,
    scope: Scope,
) -> Iterator[tuple[str, list[str]]]:
    """Every subject with what is said of it; subjects among that are named afterwards."""
    kinds: dict[str, set[str]] = {}
    for subject in wanted:
        kinds.setdefault(kind_of(subject), set()).add(subject)
    moment = moment_of(tape, business_day(home.clock()))
    kept = home.reader.kept
    few = kept.about(tape, sorted(wanted)) if len(wanted) <= _FEW else None
    for kind, chosen in kinds.items():
        if (said := _BY_VIEW.get(kind)) is not None:
            # Whose files documents are follows from more than the facts about them.
            rows = (
                kept.rows(said.view, tape, moment.as_of).lazy()
                if few is None or SIDE in said.view.schema
                else said.view.rows(few, moment, {})
            )
            rows = rows_seen(scope, said.view, rows, tape)
            columns = [each for each in said.view.columns if each.name in said.columns]
            columns.sort(key=lambda each: said.columns.index(each.name))
            for own, *values in _chosen(rows, said.own, said.columns, chosen):
                cells = zip(columns, values, strict=True)
                yield (
                    own,
                    [
                        value if is_subject(value) else cell(column, value, spoken, {}).text
                        for column, value in cells
                        if value is not None
                    ],
                )
        elif (told := _BY_FACT.get(kind)) is not None:
            fact, fields = told
            rows = tape.frame(fact).filter(rows_within(scope))
            for own, *values in _chosen(rows, kind, fields, chosen):
                pairs = zip(fields, values, strict=True)
                yield (
                    own,
                    [
                        word_of(name, str(value), spoken) if not is_subject(value) else value
                        for name, value in pairs
                        if value is not None
                    ],
                )


def _chosen(
    rows: pl.LazyFrame,
    own: str,
    columns: Collection[str],
    chosen: Collection[str],
) -> list[tuple[Any, ...]]:
    found = rows.filter(pl.col(own).is_in(sorted(chosen)))
    return found.select(pl.col(own).alias("the subject"), *columns).collect().rows()
