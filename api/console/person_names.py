"""Names of persons out of the vault, for pages of those who may see them."""

from collections.abc import Collection

import psycopg

from api.home import Home
from ledger.subjects import kind_of
from ledger.vault import READ
from projections.fact_titles import Title


def person_names(home: Home, subjects: Collection[str]) -> dict[str, Title]:
    """The names of the persons among these subjects; erased ones have none. Blocks: use a thread.

    The caller answers for the right to see them. Names are no facts: a page of the past shows
    them as the vault holds them today.
    """
    persons = sorted(subject for subject in subjects if kind_of(subject) == "person")
    if not persons:
        return {}
    with psycopg.connect(home.service_url, autocommit=True) as connection:
        revealed = home.vault.reveal(connection.execute(READ, (persons,)).fetchall())
    return {
        person: Title(fields["name"].text, fields["name"].text)
        for person, fields in revealed.items()
        if "name" in fields
    }
