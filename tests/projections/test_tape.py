"""The tape: dtypes from models, growth in any steps, cuts, voids and replacements."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ledger.case import Ref
from ledger.codec import decode
from ledger.facts import FACTS, Fact, LicenseGranted, PatentFiled, PatentLapsed, ReceiptClaimed
from ledger.facts.base import Value
from projections.moment import LogHoldsNothing, Moment, moment_of, size_at
from projections.schema import ENVELOPE, dtype, frame_schema, payload
from projections.tape import Tape, TapeDoesNotContinue, tape_of
from tests.projections import facts_given as given
from tests.projections.stories import long_story
from tests.projections.tape_builder import ALPHA, BUREAU, Story, rows_of

STORY = long_story()
TOLD = sorted({type(decode(entry).fact) for entry in STORY.entries}, key=lambda fact: fact.TOPIC)


def topic_of(fact: type[Fact]) -> str:
    return fact.TOPIC


@pytest.mark.parametrize("fact", FACTS, ids=topic_of)
def test_no_payload_field_bears_the_name_of_an_envelope_column(fact: type[Fact]) -> None:
    assert not set(payload(fact)) & set(ENVELOPE)
    assert Tape.empty().frame(fact).collect().schema == frame_schema(fact)


@pytest.mark.parametrize("fact", TOLD, ids=topic_of)
def test_a_frame_says_what_the_codec_reads(fact: type[Fact]) -> None:
    decoded = [decode(entry, at) for at, entry in enumerate(STORY.entries)]
    expected = [seen for seen in decoded if isinstance(seen.fact, fact)]
    rows = STORY.tape().raw(fact).collect()
    assert rows["position"].to_list() == [seen.position for seen in expected]
    for row, seen in zip(rows.to_dicts(), expected, strict=True):
        assert {name: row[name] for name in payload(fact)} == plain(seen.fact.model_dump())
        assert row["recorded_at"] == seen.recorded_at
        assert row["effective"] == seen.effective
        assert row["institution"] == seen.institution
        assert (row["subject"], row["sequence"]) == next(iter(seen.sequences.items()))


def plain(value: Any) -> Any:
    """A dumped fact as frames give it: tuples are lists, enumerations text."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


@settings(max_examples=12, deadline=None)
@over(st.lists(st.integers(1, len(STORY.entries)), max_size=8))
def test_a_tape_grown_in_any_steps_is_the_same(ends: list[int]) -> None:
    tape = Tape.empty()
    for end in sorted({*ends, len(STORY.entries)}):
        tape = tape.extended(rows_of(STORY.entries[tape.size : end], tape.size))
    whole = STORY.tape()
    assert tape.size == whole.size
    assert tape.last_recorded() == whole.last_recorded()
    for fact in TOLD:
        assert_frame_equal(tape.raw(fact).collect(), whole.raw(fact).collect())


@settings(max_examples=12, deadline=None)
@over(st.integers(0, len(STORY.entries)))
def test_a_prefix_of_a_tape_is_the_tape_of_those_facts(size: int) -> None:
    prefix, alone = STORY.tape().prefix(size), STORY.tape(size)
    assert prefix.size == alone.size == size
    assert prefix.last_recorded() == alone.last_recorded()
    for fact in TOLD:
        assert_frame_equal(prefix.frame(fact).collect(), alone.frame(fact).collect())
        assert_frame_equal(prefix.raw(fact).collect(), alone.raw(fact).collect())


def test_growing_leaves_older_pieces_as_they_are() -> None:
    story = Story()
    for day in range(1, 9):
        story.tell(given.claimed(day, date(2022, 1, day), day))
    tape = Tape.empty().extended(rows_of(story.entries[:7]))
    (before,) = tape.chunks[ReceiptClaimed.TOPIC]
    grown = tape.extended(rows_of(story.entries[7:], 7))
    assert grown.chunks[ReceiptClaimed.TOPIC][0] is before
    assert tape.size == 7


def test_a_hole_in_the_log_is_refused() -> None:
    with pytest.raises(TapeDoesNotContinue) as caught:
        STORY.tape(3).extended(rows_of(STORY.entries[4:6], 4))
    assert (caught.value.size, caught.value.found) == (3, 4)


def test_a_topic_this_code_does_not_know_is_never_skipped() -> None:
    rows = rows_of(STORY.entries[:2]).with_columns(topic=pl.lit("moon-landed.v1"))
    with pytest.raises(LookupError, match=r"moon-landed\.v1"):
        Tape.empty().extended(rows)


def test_a_retired_topic_is_read_as_its_newest_version() -> None:
    story = Story()
    story.tell(given.patent_turn("granted", date(2022, 2, 1)))
    story.tell(given.patent_turn("lapsed", date(2022, 3, 1)))
    entry = orjson.loads(story.entries[1])
    entry["type"] = "patent-lapsed.v0"
    entry["payload"] = {"patent": given.PATENT, "day": "2022-03-01"}

    def upcast(old: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return PatentLapsed.TOPIC, {"patent": old["patent"], "cause": "abandoned", "on": old["day"]}

    tape = Tape.empty().extended(
        rows_of([story.entries[0], orjson.dumps(entry)]), upcasts={"patent-lapsed.v0": upcast}
    )
    rows = tape.frame(PatentLapsed).select("position", "cause", "on").collect()
    assert rows.rows() == [(1, "abandoned", date(2022, 3, 1))]


def test_a_voided_fact_is_gone_from_the_frame_and_stays_in_the_raw_one() -> None:
    story = Story()
    wrong = story.tell(given.filed())
    void = story.void(wrong, on=date(2022, 1, 10))
    tape = story.tape()
    assert tape.frame(PatentFiled).collect().is_empty()
    assert tape.raw(PatentFiled).select("position", "voided_by").collect().rows() == [(wrong, void)]
    assert tape.prefix(void).frame(PatentFiled).collect().height == 1


def test_a_replacement_stands_where_the_first_of_its_line_stood() -> None:
    story = Story()
    first = story.tell(given.claimed(1, date(2022, 1, 5), 100))
    story.tell(given.claimed(2, date(2022, 1, 6), 50))
    second = story.correct(first, given.claimed(1, date(2022, 1, 5), 90), on=date(2022, 1, 7))
    third = story.correct(second, given.claimed(1, date(2022, 1, 4), 80), on=date(2022, 1, 8))
    for tape in (story.tape(), grown_one_by_one(story)):
        rows = tape.frame(ReceiptClaimed).sort("stands_at").collect()
        assert rows["position"].to_list() == [third, 1]
        assert rows["stands_at"].to_list() == [first, 1]
        assert rows["amount_fen"].to_list() == [80, 50]


def test_between_a_void_and_its_replacement_nothing_stands() -> None:
    story = Story()
    wrong = story.tell(given.claimed(1, date(2022, 1, 5), 100))
    right = story.correct(wrong, given.claimed(1, date(2022, 1, 5), 90), on=date(2022, 1, 7))
    assert story.tape().prefix(right).frame(ReceiptClaimed).collect().is_empty()


def test_a_replacement_counts_only_once_what_it_replaces_is_voided() -> None:
    story = Story()
    first = story.tell(given.claimed(1, date(2022, 1, 5), 100))
    story.tell(given.claimed(1, date(2022, 1, 5), 90), replaces=first, on=date(2022, 1, 7))
    assert story.tape().frame(ReceiptClaimed).collect()["position"].to_list() == [first]
    story.void(first, on=date(2022, 1, 7))
    assert story.tape().frame(ReceiptClaimed).collect()["amount_fen"].to_list() == [90]


def test_a_voided_replacement_leaves_nothing_behind() -> None:
    story = Story()
    wrong = story.tell(given.claimed(1, date(2022, 1, 5), 100))
    right = story.correct(wrong, given.claimed(1, date(2022, 1, 5), 90), on=date(2022, 1, 7))
    story.void(right, on=date(2022, 1, 9))
    assert story.tape().frame(ReceiptClaimed).collect().is_empty()


def grown_one_by_one(story: Story) -> Tape:
    tape = Tape.empty()
    for at, entry in enumerate(story.entries):
        tape = tape.extended(rows_of([entry], at))
    return tape


def test_nested_dates_links_and_evidence_are_typed() -> None:
    story = Story()
    story.tell(given.filed())
    instalment = given.due(1, date(2022, 5, 1), 100)
    fact = given.granted(
        1, date(2022, 2, 1), given.terms(date(2022, 3, 1), instalments=(instalment,))
    )
    paper = {
        "kind": "contract",
        "source": None,
        "sha256": given.DIGEST,
        "media_type": None,
        "size_bytes": 7,
    }
    story.tell(fact, on=date(2022, 2, 2), rests_on=(Ref(given.PATENT, 1),), evidence=[paper])
    (row,) = tape_of(story.entries).frame(LicenseGranted).collect().to_dicts()
    assert row["terms"]["instalments"][0]["due"] == date(2022, 5, 1)
    assert row["effective"] == date(2022, 3, 1)
    assert row["rests_on"] == [{"subject": given.PATENT, "sequence": 1}]
    assert row["subjects"][1] == {"subject": given.PATENT, "sequence": 2}
    assert row["evidence"] == [paper]


def test_a_mapping_with_open_keys_has_no_dtype() -> None:
    class Open(Value):
        names: dict[str, str]

    with pytest.raises(TypeError):
        dtype(Open)


def test_a_size_is_found_by_time_and_by_date_in_shanghai() -> None:
    story = Story()
    story.tell(given.institution(ALPHA, date(2022, 1, 3)))
    story.tell(given.institution(BUREAU, date(2022, 1, 4), "bureau"))
    tape = story.tape()
    noon = datetime(2022, 1, 4, 4, tzinfo=UTC)
    assert size_at(tape, noon) == 2
    assert size_at(tape, noon - timedelta(microseconds=1)) == 1
    assert size_at(tape, date(2022, 1, 2)) == 0
    assert size_at(tape, date(2022, 1, 3)) == 1
    assert size_at(tape, date(2022, 1, 4)) == 2
    with pytest.raises(ValueError, match="zone"):
        size_at(tape, noon.replace(tzinfo=None))


def test_a_day_ends_at_midnight_in_shanghai() -> None:
    for second, size in ((-1, 1), (0, 0)):
        story = Story()
        story.tell(given.institution(ALPHA, date(2022, 1, 3)))
        entry = orjson.loads(story.entries[0])
        midnight = datetime(2022, 1, 3, 16, tzinfo=UTC) + timedelta(seconds=second)
        entry["recorded"] = midnight.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert size_at(tape_of([orjson.dumps(entry)]), date(2022, 1, 3)) == size


def test_a_moment_stands_by_default_on_the_day_of_the_last_fact() -> None:
    tape = STORY.tape(4)
    assert moment_of(tape) == Moment(date(2022, 1, 3), 4)
    assert moment_of(tape, date(2021, 5, 1)) == Moment(date(2021, 5, 1), 4)
    with pytest.raises(LogHoldsNothing):
        moment_of(Tape.empty())
