"""The physical limit: the same rows by plain INSERT and COPY, no rules, no order, no hashes."""

import os
import time

import psycopg

from benchmarks.machine import Rate

_STATE = os.urandom(420)
_TABLE = (
    "CREATE TABLE IF NOT EXISTS raw_rows (position bigserial PRIMARY KEY, subject text, "
    "sequence bigint, topic text, state bytea)"
)


def insert_one_by_one(url: str, facts: int) -> Rate:
    """One INSERT and one commit a row, from one connection."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLE)
        insert = "INSERT INTO raw_rows (subject, sequence, topic, state) VALUES (%b, %b, %b, %b)"
        started = time.perf_counter()
        for n in range(facts):
            row = (f"license:{n // 20}", n % 20, "fact-1.v1", _STATE)
            connection.execute(insert, row, prepare=True)
        return Rate(facts / (time.perf_counter() - started))


def copy_batches(url: str, facts: int, size: int) -> Rate:
    """Binary COPY, one commit a batch."""
    with psycopg.connect(url) as connection:
        connection.execute(_TABLE)
        connection.commit()
        started = time.perf_counter()
        for first in range(0, facts, size):
            copy = "COPY raw_rows (subject, sequence, topic, state) FROM STDIN (FORMAT BINARY)"
            with connection.cursor() as cursor, cursor.copy(copy) as rows:
                rows.set_types(["text", "int8", "text", "bytea"])
                for n in range(first, first + size):
                    rows.write_row((f"license:{n // 20}", n % 20, "fact-1.v1", _STATE))
            connection.commit()
        return Rate(facts / (time.perf_counter() - started))
