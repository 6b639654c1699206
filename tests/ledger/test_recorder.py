"""The eventsourcing library works on our log unchanged: application, repository, subscription."""

import threading
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import IntegrityError, Notification, StoredEvent

from api.postgres import Logins
from ledger.access import Actor
from ledger.codec import leaf_hash
from ledger.facts import FACTS, Fact
from ledger.folding import fold
from ledger.proposals import RegisterActor
from ledger.recorder import LedgerEvent, LedgerRecorder, LedgerSubscription
from ledger.subjects import LOG
from tests.ledger.library import Chain, environment, factory, recorder
from tests.ledger.stage import BUREAU, MORNING, Stage, own_id

LATER = MORNING + timedelta(hours=1)


class Ledger(Application[str]):
    """An application of the library's, with nothing of its own."""


class Folded:
    """A subject as the library's repository hands it out."""

    def __init__(self, subject: str, events: list[LedgerEvent]) -> None:
        self.id, self.version = subject, events[-1].originator_version
        self.state: Any = fold(subject, [event.recorded for event in events])


def project(initial: Folded | None, events: Iterable[LedgerEvent]) -> Folded | None:
    listed = list(events)
    return Folded(listed[0].originator_id, listed) if listed else initial


@pytest.fixture
def application(ledger: Logins) -> Iterator[Ledger]:
    with Ledger(environment(ledger.service)) as made:
        yield made


@pytest.fixture
def records(ledger: Logins) -> Iterator[LedgerRecorder]:
    made = factory(ledger.service)
    try:
        yield recorder(made)
    finally:
        made.close()


def test_the_library_builds_its_application_on_our_recorder(application: Ledger) -> None:
    assert isinstance(application.recorder, LedgerRecorder)
    assert application.recorder.max_notification_id() is None
    assert list(application.notification_log.select(None, 10)) == []


def test_the_library_makes_no_tables_of_its_own(application: Ledger, ledger: Logins) -> None:
    with psycopg.connect(ledger.owner) as owner:
        tables = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'ledger' ORDER BY 1"
        ).fetchall()
    assert [name for (name,) in tables] == [
        "append_lock",
        "commands",
        "facts",
        "lost_commands",
        "schema_versions",
        "subjects",
    ]


def test_the_repository_folds_a_subject_from_its_chain(application: Ledger, stage: Stage) -> None:
    clerk = stage.actors["finance-clerk"]
    found: Folded = application.repository.get(clerk, projector_func=project)
    assert (found.id, found.version, found.state) == (clerk, 3, stage.state(clerk))
    assert isinstance(found.state, Actor)


def test_the_repository_knows_earlier_versions_and_unknown_subjects(
    application: Ledger, stage: Stage
) -> None:
    clerk = stage.actors["finance-clerk"]
    earlier: Folded = application.repository.get(clerk, version=1, projector_func=project)
    assert (earlier.version, earlier.state.grants) == (1, ())
    with pytest.raises(AggregateNotFoundError):
        application.repository.get(own_id("actor", "nobody"), projector_func=project)


def test_a_fact_on_several_chains_is_found_on_each_of_them(
    application: Ledger, stage: Stage
) -> None:
    bureau = list(application.events.get(BUREAU))
    log = list(application.events.get(LOG))
    assert [event.originator_version for event in log] == [1, 2]
    assert bureau[0].entry == log[1].entry  # type: ignore[attr-defined]


def test_the_notification_log_shows_every_fact_once_in_order_from_position_0(
    application: Ledger, stage: Stage
) -> None:
    shown: list[Notification] = []
    while section := application.notification_log.select(len(shown), 10):
        shown.extend(section)
    assert [each.id for each in shown] == list(range(stage.size()))
    assert [leaf_hash(each.state) for each in shown] == [seen.leaf for seen in stage.facts()]
    assert application.recorder.max_notification_id() == stage.size() - 1


def test_events_saved_through_the_library_are_ordinary_facts(
    application: Ledger, stage: Stage
) -> None:
    chain = Chain(own_id("actor", "through the library"))
    events = chain.grow(3, LATER)
    before = stage.size()

    saved = application.save(*(application.mapper.to_domain_event(event) for event in events))

    assert [recording.notification.id for recording in saved] == list(range(before, before + 3))
    assert [recording.notification.state for recording in saved] == [e.state for e in events]
    assert [seen.leaf for seen in stage.facts(chain.subject)] == [
        leaf_hash(e.state) for e in events
    ]
    stage.clock.now = LATER
    stage.do(RegisterActor(actor=chain.subject), "administrator")
    assert stage.facts(chain.subject)[-1].sequences[chain.subject] == 4


def test_a_stale_or_doubled_insert_is_an_integrity_error_and_writes_nothing(
    records: LedgerRecorder,
) -> None:
    chain = Chain(own_id("actor", "x"))
    events = chain.grow(2, LATER)
    assert records.insert_events(events) == [0, 1]

    for again in (events, events[:1], Chain(chain.subject).grow(3, LATER)):
        with pytest.raises(IntegrityError, match="stale"):
            records.insert_events(again)
    chain.keep(events)
    gap = chain.grow(2, LATER)[1:]
    with pytest.raises(IntegrityError):
        records.insert_events(gap)
    with pytest.raises(IntegrityError, match="clock"):
        records.insert_events(chain.grow(1, MORNING))

    assert records.max_notification_id() == 1
    assert records.insert_events(chain.grow(1, LATER)) == [2]


def test_an_insert_of_nothing_writes_nothing(records: LedgerRecorder) -> None:
    assert records.insert_events([]) == []
    assert records.max_notification_id() is None


def test_a_subscription_delivers_from_position_0_and_goes_on(records: LedgerRecorder) -> None:
    chain = Chain(own_id("actor", "x"))
    delivered: list[int] = []
    with records.subscribe() as subscription:
        for _ in range(3):
            events = chain.grow(2, LATER)
            records.insert_events(events)
            chain.keep(events)
            delivered += [next(subscription).id, next(subscription).id]
    assert delivered == [0, 1, 2, 3, 4, 5]


def test_a_subscription_goes_on_after_a_position(records: LedgerRecorder) -> None:
    records.insert_events(Chain(own_id("actor", "x")).grow(5, LATER))
    for after, expected in ((None, 0), (0, 1), (3, 4)):
        with records.subscribe(gt=after) as subscription:
            assert next(subscription).id == expected


class SlowToListen(LedgerSubscription):
    """Begins to listen well after its first look."""

    looked = threading.Event()

    def _listen(self) -> None:
        self.looked.wait(10)
        super()._listen()


def test_a_fact_written_between_the_first_look_and_the_listening_is_delivered(
    records: LedgerRecorder,
) -> None:
    """It must not lie there until another fact is written."""
    chain = Chain(own_id("actor", "x"))
    records.insert_events(events := chain.grow(1, LATER))
    chain.keep(events)
    with SlowToListen(recorder=records, gt=-1) as subscription:
        assert next(subscription).id == 0
        time.sleep(0.1)
        records.insert_events(chain.grow(1, LATER))
        subscription.looked.set()
        too_late = threading.Timer(5, subscription.stop)
        too_late.start()
        delivered = next(subscription, None)
        too_late.cancel()
        too_late.join()
    assert delivered is not None
    assert delivered.id == 1


def test_the_topics_of_a_subscription_choose_what_it_delivers(
    records: LedgerRecorder, stage: Stage
) -> None:
    kinds: dict[str, type[Fact]] = {kind.TOPIC: kind for kind in FACTS}
    with records.subscribe(topics=["role-granted.v1"]) as subscription:
        topics = {next(subscription).topic for _ in range(10)}
    assert topics == {"role-granted.v1"} <= set(kinds)


def test_the_mapper_hands_the_entry_on_as_it_is(application: Ledger) -> None:
    (event,) = Chain(own_id("actor", "x")).grow(1, LATER)
    domain = application.mapper.to_domain_event(event)
    assert isinstance(domain, LedgerEvent)
    assert domain.recorded.recorded_at == LATER
    back: StoredEvent = application.mapper.to_stored_event(domain)
    assert (back.originator_id, back.originator_version, back.topic, back.state) == (
        event.originator_id,
        event.originator_version,
        event.topic,
        event.state,
    )
