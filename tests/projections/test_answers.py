"""What two computers compare: canonical bytes of every view and figure."""

import json
from datetime import UTC, date, datetime

import polars as pl
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from projections.answers import Answer, answers, canonical
from projections.indicators import INDICATORS
from projections.kept import Kept
from projections.tape import Tape
from projections.views import VIEWS

TEXT = st.text(st.characters(codec="utf-8"))


@given(st.lists(st.tuples(TEXT, st.integers(-(2**53) + 1, 2**53 - 1), st.booleans()), max_size=5))
def test_rows_are_written_as_rfc_8785_says(rows: list[tuple[str, int, bool]]) -> None:
    schema = pl.Schema({"words": pl.String(), "a": pl.Int64(), "flag": pl.Boolean()})
    lines = canonical(pl.DataFrame(rows, schema=schema, orient="row")).split(b"\n")
    assert lines.pop() == b""
    assert lines == [rfc8785.dumps(json.loads(line)) for line in lines]
    assert [json.loads(line)["words"] for line in lines] == [words for words, _, _ in rows]


def test_dates_times_lists_and_nothing_have_one_form() -> None:
    row = {
        "on": date(2022, 3, 1),
        "at": datetime(2022, 3, 1, 1, 2, 3, 4, tzinfo=UTC),
        "codes": ["b", "a"],
        "none": None,
    }
    schema = pl.Schema(
        {
            "on": pl.Date(),
            "at": pl.Datetime("us", "UTC"),
            "codes": pl.List(pl.String),
            "none": pl.Int64(),
        }
    )
    assert canonical(pl.DataFrame([row], schema=schema)) == (
        b'{"at":"2022-03-01T01:02:03.000004Z","codes":["b","a"],"none":null,"on":"2022-03-01"}\n'
    )


def test_every_view_without_an_argument_and_every_figure_is_answered_once() -> None:
    found: list[Answer] = list(answers(Kept(), Tape.empty(), date(2022, 12, 31)))
    views = [f"view/{view.name}" for view in VIEWS if not view.needs]
    assert [each.name for each in found] == views + [f"figure/{i.name}" for i in INDICATORS]
    assert all(set(each.key) <= set(each.rows.columns) for each in found)


def test_a_digest_is_that_of_the_canonical_bytes() -> None:
    rows = pl.DataFrame({"a": [1]})
    # printf '{"a":1}\n' | sha256sum
    assert (
        Answer("view/x", ("a",), 1, rows).digest
        == "e346432021b04179518d9614f3560ccd71354a4ee101ddcb893d6959a9d6301c"
    )
