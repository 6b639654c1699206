"""A reading for programs: JSON, NDJSON and Parquet, money as integer fen under `_fen` names."""

import io
from collections.abc import Mapping
from typing import Any

import orjson
import polars as pl

from api.readings import Reading
from api.stamps import CODE
from projections.view import Column, Kind


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
    """The frame with its dtypes, decimals as numbers; its moment stands in the metadata."""
    told: Mapping[str, Any] = meaning(reading)
    buffer = io.BytesIO()
    decimals = [each.name for each in reading.view.columns if each.kind is Kind.DECIMAL]
    rows = reading.rows.with_columns(pl.col(decimals).cast(_DECIMAL))
    rows.write_parquet(buffer, metadata={"zhiheng": orjson.dumps(told).decode()})
    return buffer.getvalue()


_TIMES = orjson.OPT_UTC_Z
_DECIMAL = pl.Decimal(38, 2)
"""Enough for every figure: yuan, percent and years have two decimals, days one, counts none."""
