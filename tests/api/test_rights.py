"""Who may read what, as one table: caller x thing, and that rows and the log are cut the same."""

from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, Final

import polars as pl
import pytest

from api.access import Caller
from api.rights import Kind, Thing, may_read, reads, rows_seen, scope_of, tells_who
from ledger.access import Actor, Grant
from ledger.actors import CITY_WIDE, Role
from projections.tape import Tape
from projections.view import INSTITUTION, SIDE, View
from projections.views import BY_NAME, VIEWS

HERE, THERE = "institution:here", "institution:there"
ME, YOU = "person:me", "person:you"
DAY = date(2022, 7, 15)
NOTHING = Tape.empty()

PERSONS, DISCLOSURES = BY_NAME["rewards-by-person"], BY_NAME["disclosures"]
THINGS: Final = {
    "fact": Thing(Kind.FACT, HERE),
    "fact of another institution": Thing(Kind.FACT, THERE),
    "shared fact": Thing(Kind.FACT, THERE, shared=True),
    "fact about rights": Thing(Kind.RIGHT),
    "proof and bytes of all facts": Thing(Kind.LOG),
    "view row": Thing(BY_NAME["deals"], HERE),
    "view row of another": Thing(BY_NAME["deals"], THERE),
    "row that names oneself": Thing(PERSONS, HERE, [ME]),
    "row that names somebody": Thing(PERSONS, HERE, [YOU]),
    "disclosure of one's own": Thing(DISCLOSURES, HERE, [ME, YOU]),
    "disclosure of somebody's": Thing(DISCLOSURES, HERE, [YOU]),
    "figure, its entries": Thing(Kind.FIGURE, HERE),
    "figure of another": Thing(Kind.FIGURE, THERE),
    "clause and its cells": Thing(Kind.CLAUSE, HERE),
    "document": Thing(Kind.DOCUMENT, HERE),
    "document of another": Thing(Kind.DOCUMENT, THERE),
    "internal auditor's file": Thing(Kind.DOCUMENT, HERE, side="internal"),
    "another's auditor's file": Thing(Kind.DOCUMENT, THERE, side="internal"),
    "state auditor's file": Thing(Kind.DOCUMENT, HERE, side="state"),
    "row about internal file": Thing(BY_NAME["evidence"], HERE, side="internal"),
    "fact of a state file": Thing(Kind.FACT, HERE, side="state"),
    "paper being made": Thing(Kind.PAPER, HERE),
    "sample": Thing(Kind.SAMPLE, HERE),
    "bundle": Thing(Kind.BUNDLE, HERE),
    "bundle of the whole log": Thing(Kind.BUNDLE),
    "name of a person": Thing(Kind.PERSON, HERE),
    "unclaimed line": Thing(Kind.LINE, HERE),
    "its payer and remittance": Thing(Kind.TEXT, HERE),
}

GROUPS: Final = (5, 6, 3, 7, 4, 1, 2)
# The things above in their order: log, rows, figures, documents and files, audit, names, desk.
TABLE: Final = """
centre-head                 ●·●·· ●·●●●● ●·● ●······ ·●·· ● ●·
centre-staff                ●·●·· ●·●●●● ●·● ●······ ·●·· ● ●·
centre-reviewer             ●·●·· ●·●●●● ●·● ●······ ·●·· ● ··
finance-clerk               ●·●·· ●·●●●● ●·● ●······ ·●·· ● ●●
finance-approver            ●·●·· ●·●●●● ●·● ●······ ·●·· ● ●●
school-leader               ●·●·· ●·●●●● ●·● ●······ ·●·· ● ··
internal-auditor            ●·●·· ●·●●●● ●·● ●·●··●· ●●●· ● ··
state-auditor               ●●●·● ●●●●●● ●●● ●●●●●●● ●●●● ● ··
certification-auditor       ●·●·· ●·●●●● ●·● ●·●··●· ●●●· ● ··
bureau-clerk                ●●●·● ●●●●●● ●●● ●●····· ·●●● ● ··
bureau-approver             ●●●·● ●●●●●● ●●● ●●····· ·●●● ● ··
bureau-payer                ●●●·● ●●●●●● ●●● ●●····· ·●●● ● ··
education-commission-reader ····· ●●···· ●●● ······· ···· · ··
inventor                    ····· ····●· ··· ······· ···· · ··
service-team-member         ····· ··●··· ··· ······· ···· · ··
envoy                       ····· ●····· ●·● ······· ···· · ··
administrator               ···●· ······ ··· ······· ···· · ··
security-administrator      ···●· ······ ··· ······· ···· · ··
security-auditor            ···●· ······ ··· ······· ···· · ··
finance-clerk elsewhere     ·●●·· ·●···· ·●· ·●····· ···· · ··
internal-auditor elsewhere  ·●●·· ·●···· ·●· ·●·●··· ···· · ··
inventor elsewhere          ····· ······ ··· ······· ···· · ··
inventor without a person   ····· ······ ··· ······· ···· · ··
auditor whose time is over  ····· ······ ··· ······· ···· · ··
auditor to be               ····· ······ ··· ······· ···· · ··
nobody                      ····· ······ ··· ······· ···· · ··
"""


def caller(
    *grants: Grant, person: str | None = ME, day: date = DAY, actor: str = "actor:x"
) -> Caller:
    return Caller(actor, "", Actor(True, person, grants), day)


def grant(role: Role, scope: str | None = HERE, ends: date | None = None) -> Grant:
    return Grant(role, None if role in CITY_WIDE else scope, date(2022, 1, 1), ends)


def callers() -> dict[str, Caller]:
    """Everybody there is, at the institution `HERE` where a role has one."""
    return {
        **{role.value: caller(grant(role)) for role in Role},
        "finance-clerk elsewhere": caller(grant(Role.FINANCE_CLERK, THERE)),
        "internal-auditor elsewhere": caller(grant(Role.INTERNAL_AUDITOR, THERE)),
        "inventor elsewhere": caller(grant(Role.INVENTOR, THERE)),
        "inventor without a person": caller(grant(Role.INVENTOR), person=None),
        "auditor whose time is over": caller(
            grant(Role.CERTIFICATION_AUDITOR, ends=date(2022, 7, 14)),
            grant(Role.STATE_AUDITOR, ends=date(2022, 7, 14)),
        ),
        "auditor to be": caller(grant(Role.STATE_AUDITOR), day=date(2021, 12, 31)),
        "nobody": caller(),
    }


def test_every_caller_reads_of_every_thing_what_the_table_says() -> None:
    written = {line[:28].strip(): line[28:] for line in TABLE.strip().splitlines()}
    assert set(written) == set(callers())
    for name, who in callers().items():
        marks = iter("●" if may_read(who, thing) else "·" for thing in THINGS.values())
        assert " ".join("".join(islice(marks, size)) for size in GROUPS) == written[name], name


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_rows_are_cut_as_single_things_are(view: View) -> None:
    """One row each of both institutions, of nobody's, and of each audit, with and without me."""
    if INSTITUTION not in view.schema:
        pytest.skip("a view of no institution's rows")
    sides = ("internal", "state", None) if SIDE in view.schema else (None,)
    places = [
        (place, whom, side) for place in (HERE, THERE, None) for whom in (ME, YOU) for side in sides
    ]
    rows = pl.DataFrame([_row(view, *each) for each in places], view.schema).with_row_index("at")
    for name, who in callers().items():
        if scope := scope_of(who, view):
            plain = replace(view, outside=None)
            seen = rows_seen(scope, plain, rows.lazy(), NOTHING).collect()["at"].to_list()
            assert seen == [
                at
                for at, (place, whom, side) in enumerate(places)
                if reads(scope, Thing(view, place, [whom], side, shared=place is None))
            ], name


def _row(view: View, place: str | None, whom: str, side: str | None) -> dict[str, Any]:
    told: dict[str, Any] = dict.fromkeys(view.schema, None) | {INSTITUTION: place}
    if SIDE in view.schema:
        told[SIDE] = side
    if view.own is not None:
        listed = isinstance(view.schema[view.own.persons], pl.List)
        told[view.own.persons] = [whom] if listed else whom
    return told


@pytest.mark.parametrize(
    ("who", "whose", "told"),
    [
        ("centre-head", HERE, True),
        ("centre-head", THERE, False),
        ("internal-auditor", THERE, False),
        ("bureau-clerk", THERE, True),
        ("state-auditor", THERE, True),
    ],
)
def test_who_and_why_of_shared_facts_are_told_at_home(who: str, whose: str, told: bool) -> None:
    assert tells_who(scope_of(callers()[who], Kind.FACT), whose) is told


def test_rows_that_all_may_read_name_nobody_to_others() -> None:
    view = BY_NAME["reward-fund"]
    row = {**_row(view, None, ME, None), "actor": "actor:bureau"}
    rows = pl.DataFrame([row], view.schema).lazy()

    def actors(who: str) -> list[str | None]:
        return (
            rows_seen(scope_of(callers()[who], view), view, rows, NOTHING)
            .collect()["actor"]
            .to_list()
        )

    assert actors("bureau-clerk") == ["actor:bureau"]
    assert actors("finance-clerk") == [None]


def test_every_view_that_names_who_recorded_its_shared_rows_says_so() -> None:
    """A view with rows of nobody's, told to all, must not tell who recorded them."""
    shared = {"counterparties", "institutions", "reward-fund", "reward-fund-summary"}
    for view in VIEWS:
        if view.name in shared:
            naming = {c.name for c in view.columns if c.name in ("actor", "reason", "behalf")}
            assert naming == set(view.recorders), view.name
