"""R15: nobody but the append function adds to the log, nothing changes it, attempts are logged."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
import pytest
from psycopg import sql

from api.postgres import OWNER, SUPERUSER, EmbeddedServer, Logins
from ledger.book import APPEND, append_parameters
from ledger.case import Ref
from ledger.sitting import Rows

ROW = "(9, 'actor:x', 9, 't', 'i', '2026-01-01', now(), sha256(''), '{}')"
LOG_TABLES = ("facts", "subjects", "commands")

CHANGES = (
    "UPDATE ledger.facts SET topic = 'x'",
    "UPDATE ledger.subjects SET position = position",
    "UPDATE ledger.commands SET count = 1",
    *(f"DELETE FROM ledger.{table}" for table in LOG_TABLES),
    *(f"TRUNCATE ledger.{table}" for table in LOG_TABLES),
    "TRUNCATE ledger.facts, ledger.subjects, ledger.commands CASCADE",
)

INSERTS = (
    f"INSERT INTO ledger.facts VALUES {ROW}",
    "INSERT INTO ledger.subjects VALUES ('actor:x', 9, 9)",
    "INSERT INTO ledger.commands VALUES (sha256(''), sha256(''), 0, 1, '')",
)

DETOURS = (
    "COPY ledger.facts FROM PROGRAM 'echo'",
    "INSERT INTO ledger.log VALUES (9, 'actor:x', 9, 't', '{}')",
    "UPDATE ledger.log SET topic = 'x'",
    "LOCK TABLE ledger.facts IN ACCESS EXCLUSIVE MODE",
    "LOCK TABLE ledger.append_lock IN EXCLUSIVE MODE",
    "INSERT INTO ledger.append_lock VALUES (true)",
    "SELECT * FROM ledger.facts FOR UPDATE",
    "ALTER TABLE ledger.facts DISABLE TRIGGER ALL",
    "DROP TRIGGER append_only ON ledger.facts",
    "DROP TABLE ledger.facts",
    "ALTER TABLE ledger.facts OWNER TO CURRENT_USER",
    "CREATE TABLE ledger.more (i int)",
    "CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
    f"SET SESSION AUTHORIZATION {OWNER}",
    "UPDATE ledger.schema_versions SET number = 0",
)


def append(connection: psycopg.Connection, sequence: int, subject: str = "actor:x") -> list[object]:
    """One fact by the only way there is; answers what the function said."""
    rows = Rows()
    entry = b'{"trial":%d}' % sequence
    rows.add("trial.v1", "log:main", date(2026, 3, 2), entry, [Ref(subject, sequence)])
    recorded = datetime(2026, 3, 2, 1, tzinfo=UTC)
    parameters = append_parameters({subject: sequence - 1}, rows, recorded)
    return [row[0] for row in connection.execute(APPEND, parameters)]


def contents(url: str) -> str:
    """A hash over everything the log holds."""
    with psycopg.connect(url) as connection:
        tables = [
            connection.execute(
                sql.SQL("SELECT t::text FROM ledger.{} t ORDER BY 1").format(sql.Identifier(table))
            ).fetchall()
            for table in LOG_TABLES
        ]
    return hashlib.sha256(repr(tables).encode()).hexdigest()


@pytest.fixture
def written(ledger: Logins) -> Iterator[Logins]:
    """A log with two facts, which has to be the same after the test."""
    with psycopg.connect(ledger.service, autocommit=True) as service:
        assert append(service, 1) == ["head"]
        assert append(service, 2) == ["head"]
    before = contents(ledger.owner)
    yield ledger
    assert contents(ledger.owner) == before


def refused(url: str, statement: str, *first: str) -> psycopg.Error:
    """The error that a statement gets, in a transaction of its own."""
    with psycopg.connect(url) as connection:
        for preparation in first:
            connection.execute(preparation.encode())
        with pytest.raises(psycopg.Error) as error:
            connection.execute(statement.encode())
        connection.rollback()
    return error.value


@pytest.mark.parametrize("statement", [*CHANGES, *INSERTS, *DETOURS])
def test_the_service_can_neither_change_nor_add_nor_get_around(
    written: Logins, statement: str
) -> None:
    error = refused(written.service, statement)
    assert isinstance(error, psycopg.errors.InsufficientPrivilege), error


@pytest.mark.parametrize("statement", [*CHANGES, *INSERTS, *DETOURS])
def test_the_reader_can_neither_change_nor_add_nor_get_around(
    written: Logins, statement: str
) -> None:
    error = refused(written.reader, statement)
    assert isinstance(error, psycopg.errors.InsufficientPrivilege), error


@pytest.mark.parametrize("role", ["service", "reader"])
def test_a_right_that_one_grants_oneself_is_none(written: Logins, role: str) -> None:
    grant = "GRANT ALL ON ledger.facts TO CURRENT_USER"
    error = refused(getattr(written, role), "DELETE FROM ledger.facts", grant)
    assert isinstance(error, psycopg.errors.InsufficientPrivilege), error


def test_the_reader_cannot_append_and_sees_neither_keys_nor_the_vault(written: Logins) -> None:
    with psycopg.connect(written.reader, autocommit=True) as reader:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            append(reader, 3)
        for hidden in ("ledger.commands", "vault.keys", "vault.fields", "vault.tokens"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"SELECT * FROM {hidden}")
        assert reader.execute("SELECT count(*) FROM ledger.facts").fetchone() == (2,)


@pytest.mark.parametrize("statement", CHANGES)
def test_the_owner_is_stopped_by_the_trigger(written: Logins, statement: str) -> None:
    error = refused(written.owner, statement)
    assert isinstance(error, psycopg.errors.IntegrityConstraintViolation), error
    assert "append-only" in str(error)


@pytest.mark.parametrize("statement", CHANGES)
def test_a_superuser_is_stopped_even_with_ordinary_triggers_switched_off(
    written: Logins, server: EmbeddedServer, statement: str
) -> None:
    database = psycopg.conninfo.conninfo_to_dict(written.owner)["dbname"]
    url = server.url(SUPERUSER, str(database))
    error = refused(url, statement, "SET LOCAL session_replication_role = replica")
    assert "append-only" in str(error)


def test_attempts_are_in_the_servers_log_with_who_and_what(
    written: Logins, server: EmbeddedServer
) -> None:
    seen = server.log.stat().st_size
    refused(written.service, "DELETE FROM ledger.facts /* attempt by the service */")
    refused(written.reader, "TRUNCATE ledger.facts /* attempt by the reader */")
    refused(written.owner, "UPDATE ledger.facts SET topic = 'x' /* attempt by the owner */")

    with server.log.open("rb") as log:
        log.seek(seen)
        lines = log.read().decode()

    for role, error in (
        ("service", "permission denied for table facts"),
        ("reader", "permission denied for table facts"),
        ("owner", "the log is append-only: UPDATE on ledger.facts refused"),
    ):
        assert f"zhiheng_{role}@" in lines
        assert f"ERROR:  {error}" in lines
        assert f"/* attempt by the {role} */" in lines


def test_tables_of_the_callers_own_do_not_shadow_the_log(written: Logins) -> None:
    """The append function runs with the owner's rights: it must not look into pg_temp or public."""
    with psycopg.connect(written.service) as service:
        service.execute("CREATE TEMP TABLE facts (position bigint, recorded_at timestamptz)")
        service.execute("CREATE TEMP TABLE subjects (subject text, sequence bigint)")
        service.execute("SET search_path = pg_temp, public")
        assert append(service, 3) == ["head"]
        found = service.execute("SELECT max(position) FROM ledger.facts").fetchone()
        service.rollback()
    assert found == (2,)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_writer_that_would_read_an_old_picture_is_refused(written: Logins, level: str) -> None:
    with psycopg.connect(written.service) as service:
        service.execute(f"SET TRANSACTION ISOLATION LEVEL {level}".encode())
        with pytest.raises(psycopg.errors.InvalidTransactionState, match="read committed"):
            append(service, 3)
        service.rollback()


def test_sequences_that_do_not_continue_a_chain_are_refused_by_the_database(
    written: Logins,
) -> None:
    with psycopg.connect(written.service, autocommit=True) as service:
        rows = Rows()
        rows.add("trial.v1", "log:main", date(2026, 3, 2), b"{}", [Ref("actor:x", 4)])
        recorded = datetime(2026, 3, 2, 1, tzinfo=UTC)
        for reads in ({"actor:x": 2}, {}):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                service.execute(APPEND, append_parameters(reads, rows, recorded))


def test_a_rolled_back_append_leaves_no_hole(written: Logins) -> None:
    with psycopg.connect(written.service, autocommit=True) as service:
        with service.transaction(force_rollback=True):
            assert append(service, 3) == ["head"]
        with service.transaction(force_rollback=True):
            assert append(service, 3) == ["head"]
            positions = service.execute("SELECT position FROM ledger.facts ORDER BY 1").fetchall()
    assert positions == [(0,), (1,), (2,)]
