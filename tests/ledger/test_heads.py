"""Daily heads: lines anybody can compute anew, one fact an institution and day with facts."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest

from api.days import GRACE, Days
from ledger.actors import SEALER
from ledger.facts import HeadsRecorded
from ledger.heads import DECLARATIONS, RecordHeads, chain_of
from ledger.merkle import leaf_hash, root_of
from ledger.proposals import RegisterActor
from ledger.refusals import Refused
from ledger.writers import Scribe
from tests.ledger.given import Desk
from tests.ledger.stage import BUREAU, HERE, Stage, own_id

MONDAY = date(2026, 3, 2)
BODY: dict[str, Any] = {
    "of": HERE,
    "day": MONDAY,
    "through": 7,
    "facts": 3,
    "heads": 2,
    "root": "0" * 64,
}


def close(stage: Stage, now: datetime | None = None) -> int:
    """Close the days as a process of its own would."""
    with (
        psycopg.connect(stage.url, autocommit=True) as connection,
        Scribe(stage.url, stage.clock) as scribe,
    ):
        return Days(connection, scribe).close(now or stage.clock())


def heads(stage: Stage) -> list[HeadsRecorded]:
    return [seen.fact for seen in stage.facts() if isinstance(seen.fact, HeadsRecorded)]


def lines_of(stage: Stage, fact: HeadsRecorded) -> tuple[int, list[str]]:
    """The lines by the words of the promise alone: from the facts up to `through`."""
    last: dict[str, str] = {}
    count = 0
    for seen in stage.facts()[: fact.through + 1]:
        if seen.institution == fact.of and not isinstance(seen.fact, HeadsRecorded):
            count += 1
            for subject, sequence in seen.sequences.items():
                last[subject] = f"{subject} {sequence} {seen.leaf}"
    return count, sorted(last.values())


def write(stage: Stage, name: str) -> None:
    command = RegisterActor(actor=own_id("actor", name), person=own_id("person", name))
    stage.do(command, "administrator")


def test_nothing_is_due_while_the_day_lasts(stage: Stage) -> None:
    assert close(stage) == 0


def test_each_institution_with_facts_gets_heads_when_the_day_is_over(stage: Stage) -> None:
    active = {seen.institution for seen in stage.facts()}
    stage.clock.set(date(2026, 3, 3), hour=1)
    assert close(stage) == len(active) > 1
    assert {fact.of for fact in heads(stage)} == active
    assert {fact.day for fact in heads(stage)} == {MONDAY}


def test_the_lines_can_be_computed_anew_from_the_entries(stage: Stage) -> None:
    for day in (3, 4, 6):
        write(stage, f"newcomer {day}")
        stage.clock.set(date(2026, 3, day))
        close(stage)
        write(stage, f"another {day}")
    for fact in heads(stage):
        count, lines = lines_of(stage, fact)
        assert (fact.facts, fact.heads) == (count, len(lines))
        assert fact.root == root_of([leaf_hash(line.encode("ascii")) for line in lines]).hex()
        assert stage.facts()[fact.through].recorded_at < datetime(2026, 3, 7, tzinfo=UTC)


def test_days_left_behind_are_closed_each_for_itself_and_once(stage: Stage) -> None:
    for day in (3, 4):
        stage.clock.set(date(2026, 3, day))
        write(stage, f"newcomer {day}")
    stage.clock.set(date(2026, 3, 9))
    first = close(stage)
    assert {fact.day for fact in heads(stage)} == {MONDAY, date(2026, 3, 3), date(2026, 3, 4)}
    assert first == len(heads(stage))
    assert close(stage) == 0


def test_a_day_with_nothing_but_heads_needs_none(stage: Stage) -> None:
    stage.clock.set(date(2026, 3, 3))
    assert close(stage) > 0
    stage.clock.set(date(2026, 3, 4))
    assert close(stage) == 0


def test_one_process_closes_day_after_day(stage: Stage) -> None:
    with (
        psycopg.connect(stage.url, autocommit=True) as connection,
        Scribe(stage.url, stage.clock) as scribe,
    ):
        days = Days(connection, scribe)
        for day in (3, 4, 5):
            stage.clock.set(date(2026, 3, day))
            days.close(stage.clock())
            write(stage, f"newcomer {day}")
    own = [fact for fact in heads(stage) if fact.of == HERE]
    assert all(a.day < b.day and a.through < b.through for a, b in pairwise(own))
    assert {fact.day.day for fact in heads(stage)} == {2, 3, 4}


def test_a_day_is_closed_only_when_what_was_under_way_at_its_end_is_kept(stage: Stage) -> None:
    stage.clock.set(date(2026, 3, 3), hour=0)
    midnight = datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert close(stage, midnight + GRACE - timedelta(seconds=1)) == 0
    assert close(stage, midnight + GRACE) > 0


def test_two_processes_close_a_day_once(stage: Stage) -> None:
    write(stage, "newcomer")
    stage.clock.set(date(2026, 3, 3))
    with (
        psycopg.connect(stage.url, autocommit=True) as connection,
        Scribe(stage.url, stage.clock) as scribe,
    ):
        late = Days(connection, scribe)
        # It has read the day before the other process closes it, and does not know.
        late.close(datetime(2026, 3, 2, 12, tzinfo=UTC))
        count = close(stage)
        assert late.close(stage.clock()) == 0
    assert len(heads(stage)) == count


def test_only_the_log_itself_pins_heads_in_order(stage: Stage) -> None:
    stage.refuses(Refused.ROLE_IS_MISSING, RecordHeads(**BODY), "administrator")


def test_a_day_is_pinned_once_and_not_before_its_end() -> None:
    desk = Desk(*DECLARATIONS)
    how: dict[str, Any] = {
        "actor": SEALER,
        "institution": HERE,
        "today": MONDAY + timedelta(days=1),
    }
    desk.refuses(Refused.DAY_IS_NOT_OVER, RecordHeads(**BODY), **how | {"today": MONDAY})
    desk.do(RecordHeads(**BODY), **how)
    desk.refuses(Refused.DAY_IS_PINNED_ALREADY, RecordHeads(**BODY), **how)
    older = RecordHeads(**BODY | {"day": MONDAY + timedelta(days=1), "through": 7})
    desk.refuses(
        Refused.DAY_IS_PINNED_ALREADY, older, **how | {"today": MONDAY + timedelta(days=2)}
    )
    assert chain_of(HERE).startswith("heads:")


def test_heads_stand_under_their_institution_so_that_its_bundle_holds_them(stage: Stage) -> None:
    stage.clock.set(date(2026, 3, 3))
    close(stage)
    for seen in stage.facts():
        if isinstance(seen.fact, HeadsRecorded):
            assert (seen.institution, seen.actor) == (seen.fact.of, SEALER)


@pytest.mark.parametrize("of", ["log:main", BUREAU])
def test_the_logs_own_facts_have_heads_too(stage: Stage, of: str) -> None:
    stage.clock.set(date(2026, 3, 3))
    close(stage)
    assert chain_of(of) in {fact.chain for fact in heads(stage)}
