"""Bring a database to the schema this code knows: numbered SQL files, once each, in order."""

import hashlib
from importlib import resources
from typing import NamedTuple

import psycopg
from psycopg import sql

_LOCK = 0x7A68_6968  # one number for all processes that migrate the same database
_VERSIONS = """
CREATE SCHEMA IF NOT EXISTS ledger;
CREATE TABLE IF NOT EXISTS ledger.schema_versions (
  number int PRIMARY KEY,
  name text NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)"""


class SchemaMismatch(Exception):
    """The database's schema is not the one this code was written for.

    `rule` is `schema_is_newer`, `schema_is_older`, `schema_file_changed` or `role_is_missing`.
    """

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule, self.facts = rule, facts
        super().__init__(f"{rule}: {facts}")


class SchemaFile(NamedTuple):
    """One migration: its number, its file name and its SQL."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Hash of the file's text, kept with the applied version."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def schema_files() -> tuple[SchemaFile, ...]:
    """All migrations of this version of the code, in order of their numbers."""
    folder = resources.files("ledger") / "schema"
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return tuple(SchemaFile(int(file.name[:4]), file.name, file.read_text()) for file in files)


def migrate(owner_url: str) -> tuple[str, ...]:
    """Apply what is missing, each file in a transaction; answers the names applied.

    Raises SchemaMismatch when the database is newer than the code, or a file already applied has
    changed since.
    """
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        try:
            _need_roles(connection)
            return _apply_missing(connection)
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _need_roles(connection: psycopg.Connection) -> None:
    """The roles that grants go to; logins of other names become their members."""
    for role in ("zhiheng_service", "zhiheng_reader", "zhiheng_bi"):
        known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        if known is not None:
            continue
        try:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise SchemaMismatch("role_is_missing", role=role) from error


def _apply_missing(connection: psycopg.Connection) -> tuple[str, ...]:
    exists = connection.execute("SELECT to_regclass('ledger.schema_versions')").fetchone()
    if exists is None or exists[0] is None:
        connection.execute(_VERSIONS)
        connection.execute("GRANT USAGE ON SCHEMA ledger TO zhiheng_service, zhiheng_reader")
        connection.execute("GRANT SELECT ON ledger.schema_versions TO zhiheng_service")
    applied = _compare(connection)
    fresh = [file for file in schema_files() if file.number not in applied]
    for file in fresh:
        with connection.transaction():
            connection.execute(file.sql.encode())
            connection.execute(
                "INSERT INTO ledger.schema_versions (number, name, sha256) VALUES (%s, %s, %s)",
                (file.number, file.name, file.sha256),
            )
    return tuple(file.name for file in fresh)


def check(service_url: str) -> None:
    """Refuse a database that is newer or older than this code (SchemaMismatch)."""
    with psycopg.connect(service_url, autocommit=True) as connection:
        exists = connection.execute("SELECT to_regclass('ledger.schema_versions')").fetchone()
        applied = _compare(connection) if exists and exists[0] is not None else frozenset()
        missing = [file.name for file in schema_files() if file.number not in applied]
        if missing:
            raise SchemaMismatch("schema_is_older", missing=missing[0])


def _compare(connection: psycopg.Connection) -> frozenset[int]:
    known = {file.number: file for file in schema_files()}
    rows = connection.execute("SELECT number, name, sha256 FROM ledger.schema_versions").fetchall()
    for number, name, sha256 in rows:
        if number not in known:
            raise SchemaMismatch("schema_is_newer", database=number, code=max(known))
        if sha256 != known[number].sha256:
            raise SchemaMismatch("schema_file_changed", name=name)
    return frozenset(row[0] for row in rows)
