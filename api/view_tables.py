"""One table of PostgreSQL's schema `views`: a view's rows and their position, written together."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import polars as pl
import psycopg
from psycopg import sql
from psycopg.rows import namedtuple_row

from projections.moment import Moment
from projections.view import Column, Kind, Table

_LOCK_WAIT = "5s"
"""Only a change of columns needs the table alone; waiting for that must not hold up readers."""

_TYPES: Final = {
    Kind.TEXT: "text",
    Kind.CODE: "text",
    Kind.CODES: "text[]",
    Kind.SUBJECT: "text",
    Kind.SUBJECTS: "text[]",
    Kind.DATE: "date",
    Kind.TIME: "timestamp with time zone",
    Kind.FEN: "bigint",
    Kind.COUNT: "bigint",
    Kind.DECIMAL: "numeric",
    Kind.FLAG: "boolean",
    Kind.POSITIONS: "bigint[]",
}
_TIME = "%Y-%m-%dT%H:%M:%S%.6fZ"

_COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"""
_ENTER = """
INSERT INTO views.published (name, title) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET title = excluded.title"""
_STANDS = "SELECT position, shape, contents FROM views.published WHERE name = %s FOR UPDATE"
_PUBLISHED = """
UPDATE views.published SET position = %(position)s, as_of = %(as_of)s, published_at = %(now)s,
  rows = %(rows)s, shape = %(shape)s, contents = %(contents)s, fault = NULL, failed_at = NULL
WHERE name = %(name)s"""
_PARKED = "UPDATE views.published SET fault = %s, failed_at = %s WHERE name = %s"
_STANDINGS = """
SELECT name, title, position, as_of, published_at, rows, fault, failed_at,
  (SELECT coalesce(max(position) + 1, 0) FROM ledger.facts) - coalesce(position, 0) AS lag
FROM views.published ORDER BY name"""


class Standing(NamedTuple):
    """How a table stands: from how many facts and as of when, or why the last attempt failed.

    `lag` is the number of facts the log holds beyond `position`.
    """

    name: str
    title: str
    position: int | None
    as_of: date | None
    published_at: datetime | None
    rows: int | None
    fault: str | None
    failed_at: datetime | None
    lag: int


def table_of(view: Table) -> str:
    """The table's name within its schema."""
    return view.name.replace("-", "_")


def put(
    connection: psycopg.Connection[Any],
    view: Table,
    rows: pl.DataFrame,
    moment: Moment,
    now: datetime,
) -> None:
    """Let the table hold these rows and say so in `views.published`, all in one transaction.

    Rows are deleted and copied, not truncated or swapped: that takes no lock a reader would wait
    for, and grants, comments and queries built on the table stay. Equal rows are not written
    again, and a table never goes back to fewer facts than it stands for.
    """
    text = _copy_text(rows, view)
    shape = hashlib.sha256(repr((view.zh, view.columns)).encode()).digest()
    contents = hashlib.sha256(text).digest()
    with connection.transaction():
        connection.execute("SET LOCAL ROLE zhiheng_service")
        connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(_LOCK_WAIT))
        connection.execute(_ENTER, (view.name, view.zh))
        stands = connection.execute(_STANDS, (view.name,)).fetchone() or (None, None, None)
        if stands[0] is not None and stands[0] > moment.known_at:
            return
        if stands[1] != shape or not _present(connection, view):
            _shape(connection, view)
            stands = (None, None, None)
        if stands[2] != contents:
            _replace(connection, view, text)
        told = f"{view.zh}(前 {moment.known_at} 条事实,业务时点 {moment.as_of})"
        connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(_table(view), told))
        stamped = {"name": view.name, "position": moment.known_at, "as_of": moment.as_of}
        written = {"now": now, "rows": rows.height, "shape": shape, "contents": contents}
        connection.execute(_PUBLISHED, stamped | written)


def park(connection: psycopg.Connection[Any], view: Table, fault: str, now: datetime) -> None:
    """Keep why a view could not be published; its table stays as it was."""
    with connection.transaction():
        connection.execute(_ENTER, (view.name, view.zh))
        connection.execute(_PARKED, (fault, now, view.name))


def standings(connection: psycopg.Connection[Any]) -> tuple[Standing, ...]:
    """Every table that was ever published or tried, by name."""
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return tuple(Standing(*row) for row in cursor.execute(_STANDINGS))


def _table(view: Table) -> sql.Identifier:
    return sql.Identifier("views", table_of(view))


def _present(connection: psycopg.Connection[Any], view: Table) -> dict[str, str]:
    return dict(connection.execute(_COLUMNS, (f'views."{table_of(view)}"',)).fetchall())


def _shape(connection: psycopg.Connection[Any], view: Table) -> None:
    """Give the table the declared columns; only a column of another type makes it anew."""
    declared = {column.name: _TYPES[column.kind] for column in view.columns}
    present = _present(connection, view)
    if not present.items() <= declared.items():
        connection.execute(sql.SQL("DROP TABLE {}").format(_table(view)))
        present = {}
    connection.execute(sql.SQL("CREATE TABLE IF NOT EXISTS {} ()").format(_table(view)))
    connection.execute(sql.SQL("GRANT SELECT ON {} TO zhiheng_bi").format(_table(view)))
    for column in view.columns:
        names = {"table": _table(view), "name": sql.Identifier(column.name)}
        if column.name not in present:
            kind = sql.SQL(_TYPES[column.kind])
            add = sql.SQL("ALTER TABLE {table} ADD COLUMN {name} {kind}")
            connection.execute(add.format(**names, kind=kind))
        comment = sql.SQL("COMMENT ON COLUMN {table}.{name} IS {told}")
        connection.execute(comment.format(**names, told=_told(column)))


def _told(column: Column) -> str:
    return f"{column.zh}(分)" if column.kind is Kind.FEN else column.zh


def _replace(connection: psycopg.Connection[Any], view: Table, text: bytes) -> None:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in view.columns)
    connection.execute(sql.SQL("DELETE FROM {}").format(_table(view)))
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(_table(view), names)
    with connection.cursor() as cursor, cursor.copy(copy) as stream:
        stream.write(text)


def _copy_text(rows: pl.DataFrame, view: Table) -> bytes:
    """The rows in the text format of COPY."""
    text = rows.select(_cells(view)).write_csv(
        include_header=False,
        separator="\t",
        quote_style="never",
        null_value=r"\N",
        datetime_format=_TIME,
    )
    return text.encode()


def _cells(view: Table) -> Iterator[pl.Expr]:
    for column in view.columns:
        cell = pl.col(column.name)
        kind = _TYPES[column.kind]
        if kind == "text[]":
            items = cell.list.eval(_quoted(pl.element())).list.join(",")
            cell = pl.concat_str(pl.lit("{"), items, pl.lit("}"))
        if kind == "bigint[]":
            numbers = cell.list.eval(pl.element().cast(pl.String)).list.join(",")
            cell = pl.concat_str(pl.lit("{"), numbers, pl.lit("}"))
        yield _escaped(cell).alias(column.name) if kind.startswith("text") else cell


def _quoted(element: pl.Expr) -> pl.Expr:
    inner = element.str.replace_all("\\", "\\\\", literal=True)
    return pl.concat_str(pl.lit('"'), inner.str.replace_all('"', '\\"', literal=True), pl.lit('"'))


def _escaped(cell: pl.Expr) -> pl.Expr:
    """Text as COPY takes it; U+0000, which PostgreSQL cannot hold, becomes U+FFFD."""
    pairs = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\ufffd"}
    for plain, written in pairs.items():
        cell = cell.str.replace_all(plain, written, literal=True)
    return cell
