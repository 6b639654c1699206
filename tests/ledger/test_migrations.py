"""Schema changes: once, in order, by one process at a time, and never against a changed file."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from api.postgres import OWNER, SUPERUSER, EmbeddedServer, Logins
from ledger.migrations import SchemaMismatch, check, migrate, schema_files
from tests.ledger.stage import Stage

_MIGRATE = "import sys; from ledger.migrations import migrate; print(len(migrate(sys.argv[1])))"


_DROP_WHAT_CAME_LATER = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT nspname FROM pg_namespace
    WHERE pg_get_userbyid(nspowner) = current_user AND nspname NOT IN ('ledger', 'vault')
  LOOP EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;
END $$;
DROP TABLE ledger.lost_commands;
ALTER TABLE vault.bank_lines DROP COLUMN same_as"""


def change(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_an_empty_database_is_migrated_once_and_then_fits(urls: Logins) -> None:
    names = tuple(file.name for file in schema_files())
    with pytest.raises(SchemaMismatch, match="schema_is_older"):
        check(urls.service)

    assert migrate(urls.owner) == names
    assert migrate(urls.owner) == ()

    check(urls.service)
    with psycopg.connect(urls.service) as service:
        rows = service.execute("SELECT number, name FROM ledger.schema_versions ORDER BY number")
        assert rows.fetchall() == [(file.number, file.name) for file in schema_files()]


def test_schema_files_are_numbered_without_gaps() -> None:
    assert [file.number for file in schema_files()] == list(range(1, len(schema_files()) + 1))


def test_a_newer_schema_is_refused_by_name_and_left_alone(ledger: Logins) -> None:
    change(
        ledger.owner,
        "INSERT INTO ledger.schema_versions (number, name, sha256) VALUES (9000, 'later', 'x')",
    )
    for attempt in (lambda: migrate(ledger.owner), lambda: check(ledger.service)):
        with pytest.raises(SchemaMismatch) as refused:
            attempt()
        assert refused.value.rule == "schema_is_newer"
        assert refused.value.facts == {"database": 9000, "code": len(schema_files())}


def test_an_older_schema_is_refused_by_whoever_serves_and_mended_by_the_owner(
    ledger: Logins,
) -> None:
    last = schema_files()[-1]
    change(ledger.owner, f"DELETE FROM ledger.schema_versions WHERE number = {last.number}")
    with pytest.raises(SchemaMismatch) as refused:
        check(ledger.service)
    assert refused.value.rule == "schema_is_older"
    assert refused.value.facts == {"missing": last.name}


def test_a_log_of_an_earlier_release_gains_what_is_missing_and_keeps_its_facts(
    stage: Stage,
    ledger: Logins,
) -> None:
    size = stage.size()
    change(ledger.owner, _DROP_WHAT_CAME_LATER)
    change(ledger.owner, "DELETE FROM ledger.schema_versions WHERE number > 2")
    assert migrate(ledger.owner) == tuple(file.name for file in schema_files()[2:])
    check(ledger.service)
    assert stage.size() == size


def test_a_file_that_changed_after_it_was_applied_is_refused(ledger: Logins) -> None:
    change(ledger.owner, "UPDATE ledger.schema_versions SET sha256 = 'other' WHERE number = 1")
    for attempt in (lambda: migrate(ledger.owner), lambda: check(ledger.service)):
        with pytest.raises(SchemaMismatch) as refused:
            attempt()
        assert refused.value.rule == "schema_file_changed"
        assert refused.value.facts == {"name": schema_files()[0].name}


def test_a_failed_file_leaves_nothing_of_itself(urls: Logins) -> None:
    """A table in the way makes the first file fail in its middle; afterwards it goes through."""
    change(urls.owner, "CREATE SCHEMA ledger; CREATE TABLE ledger.commands (way int)")
    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate(urls.owner)
    with psycopg.connect(urls.owner) as owner:
        facts = owner.execute("SELECT to_regclass('ledger.facts')").fetchone()
        applied = owner.execute("SELECT count(*) FROM ledger.schema_versions").fetchone()
    assert (facts, applied) == ((None,), (0,))

    change(urls.owner, "DROP TABLE ledger.commands")
    assert len(migrate(urls.owner)) == len(schema_files())


def test_two_processes_that_migrate_at_once_apply_every_file_once(urls: Logins) -> None:
    def one(_: int) -> int:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", _MIGRATE, urls.owner],
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
            text=True,
        )
        return int(done.stdout)

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(one, range(2))) == [0, len(schema_files())]
    check(urls.service)


def test_a_missing_role_that_the_owner_may_not_make_is_named(
    server: EmbeddedServer, urls: Logins
) -> None:
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        connection.execute("ALTER ROLE zhiheng_reader RENAME TO zhiheng_reader_away")
        try:
            with pytest.raises(SchemaMismatch) as refused:
                migrate(urls.owner)
        finally:
            connection.execute("ALTER ROLE zhiheng_reader_away RENAME TO zhiheng_reader")
    assert refused.value.rule == "role_is_missing"
    assert refused.value.facts == {"role": "zhiheng_reader"}


def test_an_owner_that_may_make_roles_makes_the_missing_one(
    server: EmbeddedServer, urls: Logins, database: str
) -> None:
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        connection.execute("ALTER ROLE zhiheng_reader RENAME TO zhiheng_reader_away")
        connection.execute(f"ALTER ROLE {OWNER} CREATEROLE")
        try:
            assert len(migrate(urls.owner)) == len(schema_files())
            made = connection.execute(
                "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'zhiheng_reader'"
            )
            assert made.fetchone() == (False,)
        finally:
            connection.execute(f"ALTER ROLE {OWNER} NOCREATEROLE")
            with psycopg.connect(server.url(SUPERUSER, database)) as inside:
                inside.execute("DROP OWNED BY zhiheng_reader")
            connection.execute("DROP ROLE zhiheng_reader")
            connection.execute("ALTER ROLE zhiheng_reader_away RENAME TO zhiheng_reader")
