"""A view asked for: checked against the caller's rights and computed from the tape in a thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import polars as pl

from api.access import Caller, Scope
from api.moments import KnownAt, read_day, read_known_at
from api.rights import rows_seen, scope_of
from ledger.case import business_day
from ledger.facts import PolicyAdopted
from ledger.refusals import Refusal, Refused
from ledger.subjects import is_id, kind_of
from projections.disclosures import DISCLOSURES
from projections.history import SUBJECT
from projections.kept import Kept
from projections.moment import LogHoldsNothing, Moment, moment_of, size_at
from projections.reader import Reader
from projections.tape import Tape
from projections.view import INSTITUTION, FilterIsMissing, Table, View
from projections.views import VIEWS

BY_NAME: dict[str, View] = {view.name: view for view in VIEWS}


class When(Protocol):
    """The moment somebody asks for, as they wrote it."""

    @property
    def as_of(self) -> date | None:
        """The business date; None for that of `known_at`."""

    @property
    def known_at(self) -> KnownAt | None:
        """What was known; None for everything."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A view with its moment and filters as understood, and the scope its reader has."""

    view: View
    filters: Mapping[str, str]
    scope: Scope
    as_of: date | None
    known_at: KnownAt | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A table computed: at which moment, from how many facts of how many, and its rows.

    `told` is what else a program should know about it; `since` is the earlier moment where the
    rows say what changed between two.
    """

    view: Table
    moment: Moment
    head: int
    rules: tuple[Mapping[str, Any], ...]
    rows: pl.DataFrame
    told: Mapping[str, Any] = field(default_factory=dict)
    since: Moment | None = None


def view_named(caller: Caller, name: str) -> View:
    """The view of this name; one that the caller may not read is as unknown as one there is not.

    Raises Refusal(VIEW_IS_UNKNOWN).
    """
    view = BY_NAME.get(name)
    if view is None or not scope_of(caller, view):
        known = ", ".join(each.name for each in views_for(caller)) or "—"
        raise Refusal(Refused.VIEW_IS_UNKNOWN, view=name[:80], known=known)
    return view


def views_for(caller: Caller) -> tuple[View, ...]:
    """The views this caller may read, in their order."""
    return tuple(view for view in VIEWS if scope_of(caller, view))


def parameters_of(view: View) -> tuple[str, ...]:
    """Every query parameter a view takes beside `format`."""
    return tuple(dict.fromkeys(("as_of", "known_at", *view.needs, *view.filters)))


def asked_for(caller: Caller, view: View, given: Mapping[str, str]) -> Asked:
    """The reading a caller asks for with these parameters, all of them known to the view.

    Names in filters are turned into ids by `filter_values.understood`, which doors call next.

    Raises Refusal: SUBJECT_IS_UNKNOWN for an institution outside the caller's scope,
    PARAMETER_IS_MALFORMED.
    """
    scope = scope_of(caller, view)
    filters = {k: v for k, v in given.items() if k not in ("as_of", "known_at")}
    wanted = filters.get(INSTITUTION)
    if wanted is not None and is_id(wanted):
        scope.need(wanted)
    alone = len(scope.institutions) == 1 and not scope.everywhere
    if INSTITUTION not in filters and INSTITUTION in (*view.filters, *view.needs) and alone:
        filters[INSTITUTION] = next(iter(scope.institutions))
    return Asked(
        view,
        filters,
        scope,
        read_day("as_of", given.get("as_of")),
        read_known_at(given.get("known_at")),
    )


def moment_asked(reader: Reader, asked: When) -> tuple[Tape, Moment, int]:
    """The tape cut to what was known, the moment on it, and the head's size. Blocks: use a thread.

    Without `as_of` the business date is that of `known_at`: the date itself, the Shanghai date of
    a time, and for a size that of the last fact known. Raises Refusal: PARAMETER_IS_MISSING where
    there is no such fact, KNOWN_AT_LIES_OUTSIDE_THE_LOG.
    """
    newest = reader.tape()
    size: int | None
    if isinstance(asked.known_at, (datetime, date)):
        size = size_at(newest, asked.known_at)
    else:
        size = asked.known_at
    if size is not None and size > newest.size:
        raise Refusal(Refused.KNOWN_AT_LIES_OUTSIDE_THE_LOG, known_at=size, size=newest.size)
    tape = newest if size is None else newest.prefix(size)
    try:
        moment = moment_of(tape, _day_of(asked))
    except LogHoldsNothing:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter="as_of") from None
    return tape, moment, newest.size


def _day_of(asked: When) -> date | None:
    known = asked.known_at
    if asked.as_of is not None or known is None or isinstance(known, int):
        return asked.as_of
    return business_day(known) if isinstance(known, datetime) else known


def computed(kept: Kept, asked: Asked, tape: Tape, moment: Moment, head: int) -> Reading:
    """The rows of a view that its reader may see. Raises Refusal(PARAMETER_IS_MISSING)."""
    try:
        frame = _rows(kept, asked, tape, moment)
    except FilterIsMissing as error:
        raise Refusal(Refused.PARAMETER_IS_MISSING, parameter=error.name) from error
    return Reading(asked.view, moment, head, rules_in_use(tape), frame.collect())


def is_own(reader: Reader, caller: Caller, subject: str) -> bool:
    """Whether the whole history of a subject is open to the caller as their own. Blocks.

    Their account is, and so is a disclosure while they are named among its contributors: what
    somebody handed in they may follow to its end, also without an office that sees persons.
    """
    if kind_of(subject) != "disclosure":
        return subject == caller.actor
    asked = asked_for(caller, DISCLOSURES, {"disclosure": subject})
    if not asked.scope.own_in:
        return False
    tape, moment, head = moment_asked(reader, asked)
    return not computed(reader.kept, asked, tape, moment, head).rows.is_empty()


def _rows(kept: Kept, asked: Asked, tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The rows the filters pick, out of what is kept or, of one subject, from its own facts."""
    view, filters = asked.view, asked.filters
    if not view.needs:
        rows = kept.rows(view, tape, moment.as_of).lazy()
        return view.chosen(rows_seen(asked.scope, view, rows, tape), filters)
    own = kept.about(tape, [filters[SUBJECT]]) if SUBJECT in filters else tape
    return rows_seen(asked.scope, view, view.rows(own, moment, filters), tape)


def rules_in_use(tape: Tape) -> tuple[Mapping[str, Any], ...]:
    """The newest adopted version of every policy on this tape, with the digest of its text."""
    adopted = tape.frame(PolicyAdopted).select("policy", "version", "digest")
    newest = adopted.unique("policy", keep="last", maintain_order=True).sort("policy")
    return tuple(newest.collect().to_dicts())
