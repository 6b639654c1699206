"""This ledger as the eventsourcing library sees it: recorder, mapper and factory over our table.

What the library does unchanged: connection pools, notification log, subscriptions, repositories,
projections. What is replaced: inserting (our append function), table creation (our schema files)
and the mapper (the codec, since the entry already is the stored state).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import eventsourcing.postgres as library
import orjson
from eventsourcing.persistence import (
    IntegrityError,
    Mapper,
    StoredEvent,
    Subscription,
    Transcoder,
)
from eventsourcing.postgres import (
    PostgresApplicationRecorder,
    PostgresDatastore,
    PostgresSubscription,
)
from psycopg.sql import SQL, Identifier

from ledger.book import APPEND, append_parameters
from ledger.case import Recorded, Ref
from ledger.codec import decode
from ledger.sitting import Rows

CHANNEL = "zhiheng_facts"
"""PostgreSQL channel that every append notifies."""

_LISTEN_SECONDS = 0.1
"""How long a stopped subscription may take to notice that it is stopped."""


class LedgerEvent(NamedTuple):
    """One link of a subject's chain as the library's domain event: the entry, verbatim."""

    originator_id: str
    originator_version: int
    topic: str
    entry: bytes

    @property
    def recorded(self) -> Recorded:
        """The entry as a fact with its envelope."""
        return decode(self.entry)


class LedgerMapper(Mapper[str]):
    """Between the library's stored events and ours: the state is the entry, never re-serialised."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The event's entry as it is."""
        return StoredEvent(
            domain_event.originator_id,
            domain_event.originator_version,
            domain_event.topic,
            domain_event.entry,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The stored entry as it is."""
        return LedgerEvent(
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )


class LedgerSubscription(PostgresSubscription):
    """The library's subscription, which looks once more after it has begun to listen.

    The library looks first and listens later: a fact written in between would lie unseen until
    another one is written.
    """

    def _listen(self) -> None:
        try:
            with self._recorder.datastore.get_connection() as connection:
                channel = Identifier(self._recorder.channel_name)
                connection.execute(SQL("LISTEN {}").format(channel))
                self._has_been_notified.set()
                while not (self._has_been_stopped or self._thread_error):
                    for _ in connection.notifies(timeout=_LISTEN_SECONDS, stop_after=1):
                        self._has_been_notified.set()
        except BaseException as error:
            # Whoever iterates hears of it: the library raises what it finds here.
            self._thread_error = self._thread_error or error
            self.stop()


class LedgerRecorder(PostgresApplicationRecorder):
    """Inserts through `ledger.append`, reads notifications from the log and events from chains."""

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "log") -> None:
        super().__init__(datastore, events_table_name="log")
        self.channel_name = CHANNEL
        self.sql_create_statements.clear()
        datastore.db_type_names.clear()
        self.select_events_statement = SQL(
            "SELECT * FROM ledger.chains WHERE originator_id = %s"
        ).format()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Append entries in order, in one transaction; answers their positions.

        Raises the library's IntegrityError when a chain has moved on or time would run back.
        """
        entries = [event.state for event in stored_events]
        if not entries:
            return []
        parameters = parameters_for_entries(entries)
        with self.datastore.get_connection() as connection:
            rows = connection.execute(APPEND, parameters, prepare=True).fetchall()
        if rows[0]["kind"] != "head":
            raise IntegrityError(f"nothing written: {rows[0]['kind']} {rows[0]['name']}")
        return list(range(rows[0]["at"], rows[0]["at"] + len(entries)))

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        """Follow the log; without `gt` from its very first fact (position 0 included)."""
        return LedgerSubscription(recorder=self, gt=-1 if gt is None else gt, topics=topics)


def parameters_for_entries(entries: Sequence[bytes]) -> tuple[Any, ...]:
    """Arguments of `ledger.append` read from finished entries, which must carry one time."""
    rows = Rows()
    reads: dict[str, int] = {}
    recorded = datetime.min.replace(tzinfo=UTC)
    for entry in entries:
        envelope = orjson.loads(entry)
        recorded = datetime.fromisoformat(envelope["recorded"])
        links = [Ref(link["subject"], link["sequence"]) for link in envelope["subjects"]]
        for link in links:
            reads.setdefault(link.subject, link.sequence - 1)
        effective = date.fromisoformat(envelope["effective"])
        rows.add(envelope["type"], envelope["institution"], effective, entry, links)
    return append_parameters(reads, rows, recorded)


class LedgerFactory(library.PostgresFactory):
    """Makes the library build its applications on this ledger (PERSISTENCE_MODULE)."""

    application_recorder_class = LedgerRecorder

    def mapper(
        self,
        transcoder: Transcoder | None = None,
        mapper_class: type[Mapper[Any]] | None = None,
    ) -> Mapper[Any]:
        """The codec's mapper, whatever transcoder the library would have used."""
        return LedgerMapper(transcoder=transcoder)  # type: ignore[arg-type]
