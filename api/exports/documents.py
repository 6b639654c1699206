"""A reading for programs: JSON, NDJSON and Parquet, money as integer fen under `_fen` names."""

import io
from collections.abc import Mapping
from typing import Any

import orjson

from api.readings import Reading
from api.stamps import CODE
from projections.view import Column


def described(column: Column) -> dict[str, str | None]:
    """A column's name, titles, kind and unit."""
    return {
        "name": column.name,
        "zh": column.zh,
        "en": column.en,
        "kind": column.kind,
        "unit": column.unit,
    }


def meaning(reading: Reading) -> dict[str, Any]:
    """What the rows are: view, moment, position, rules in use, the code, columns."""
    return {
        "view": reading.view.name,
        "as_of": reading.moment.as_of,
        "known_at": reading.moment.known_at,
        "position": reading.moment.known_at,
        "rules": reading.rules,
        "code": CODE._asdict(),
        **reading.told,
        "columns": [described(column) for column in reading.view.columns],
    }


def as_json(reading: Reading) -> bytes:
    """The whole reading as one JSON document; each row is an object by column name."""
    return orjson.dumps({**meaning(reading), "rows": reading.rows.to_dicts()}, option=_TIMES)


def as_ndjson(reading: Reading) -> bytes:
    """The rows alone, one JSON object a line."""
    lines = (orjson.dumps(row, option=_TIMES) for row in reading.rows.iter_rows(named=True))
    return b"".join(line + b"\n" for line in lines)


def as_parquet(reading: Reading) -> bytes:
    """The frame itself with its dtypes; view, moment and position stand in the file's metadata."""
    told: Mapping[str, Any] = meaning(reading)
    buffer = io.BytesIO()
    reading.rows.write_parquet(buffer, metadata={"zhiheng": orjson.dumps(told).decode()})
    return buffer.getvalue()


_TIMES = orjson.OPT_UTC_Z
