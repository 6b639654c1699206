"""Columns that somebody named once: kept for an institution and kind of list, known ever after."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import psycopg

from api.imports.columns import Titles

_SAVED = "SELECT kind, title, field FROM lists.columns WHERE institution = %b"
_SAVE = """
INSERT INTO lists.columns (institution, kind, title, field)
SELECT %b, %b, t.title, t.field FROM unnest(%b::text[], %b::text[]) AS t(title, field)
ON CONFLICT (institution, kind, title) DO UPDATE SET field = excluded.field"""


def saved_titles(connection: psycopg.Connection[Any], institution: str) -> Mapping[str, Titles]:
    """The institution's own titles by kind of list."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for kind, title, field in connection.execute(_SAVED, (institution,)):
        found[kind][title] = field
    return found


def save_titles(
    connection: psycopg.Connection[Any], institution: str, kind: str, given: Titles
) -> None:
    """Keep titles with their fields; what was kept of the same titles gives way."""
    if given:
        connection.execute(_SAVE, (institution, kind, list(given), list(given.values())))
