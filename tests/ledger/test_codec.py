"""Stored bytes: fixed for ever, canonical, without floats, and read back as they were written."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, get_args, get_type_hints

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from ledger.case import New, Ref
from ledger.codec import ENTRY_BYTES_MAX, UPCASTS, canonical, decode, encode, leaf_hash, timestamp
from ledger.facts import FACTS, TOPICS, Fact, PatentFiled, PatentGranted
from ledger.facts.base import Fact as BaseFact
from ledger.refusals import Refusal, Refused
from ledger.subjects import PatentId, Text
from tests.ledger.examples import (
    ACTOR,
    EXAMPLES,
    NOON,
    OTHER_DIGEST,
    PATENT,
    UNIVERSITY,
    entry,
    new,
)
from tests.ledger.strategies import NFC_TEXT, facts
from tests.ledger.write_golden import FOLDER, golden_file

ANY_FACT = st.one_of(*(facts(kind) for kind in FACTS)).filter(lambda fact: fact.subjects() != ())


def encoded(fact: Fact, links: list[tuple[str, int, str | None]] | None = None) -> bytes:
    return encode(
        New(fact),
        institution=UNIVERSITY,
        actor=ACTOR,
        behalf=None,
        reason=None,
        evidence=[],
        command="00" * 16,
        recorded=timestamp(NOON),
        links=links or [(subject, 1, None) for subject in fact.subjects()],
    )


# --- golden bytes


def test_every_fact_type_has_an_example_and_a_golden_file_and_no_file_is_left_over() -> None:
    assert [type(fact) for fact in EXAMPLES] == list(FACTS)
    topics = {*TOPICS, *UPCASTS}
    assert {path.name for path in FOLDER.iterdir()} == {f"{topic}.json" for topic in topics}


def test_the_stored_bytes_of_every_fact_type_are_what_they_always_were() -> None:
    differing = {
        fact.TOPIC: (golden, stored)
        for fact in EXAMPLES
        if (stored := entry(fact)) != (golden := golden_file(fact.TOPIC).read_bytes())
    }
    listing = [
        f"{topic}: {difference}"
        for topic, (golden, stored) in differing.items()
        for difference in _differences(json.loads(golden), json.loads(stored), "")
    ]
    assert not differing, "\n".join(listing or sorted(differing))


def test_golden_entries_of_retired_types_read_as_the_newest_version() -> None:
    for topic in UPCASTS:
        seen = decode(golden_file(topic).read_bytes())
        (newest,) = (fact for fact in EXAMPLES if type(fact) is type(seen.fact))
        known = json.loads(golden_file(topic).read_bytes())["payload"]
        added = dict.fromkeys(type(newest).model_fields.keys() - known.keys())
        assert newest.model_copy(update=added) == seen.fact
        assert known.items() <= seen.fact.model_dump(mode="json").items()


def test_golden_entries_read_back_as_their_examples() -> None:
    for fact in EXAMPLES:
        golden = golden_file(fact.TOPIC).read_bytes()
        seen = decode(golden, 42)
        assert seen.fact == fact
        assert type(seen.fact) is type(fact)
        assert (seen.actor, seen.recorded_at, seen.position) == (ACTOR, NOON, 42)
        assert tuple(seen.sequences) == fact.subjects()
        assert seen.rests_on == (Ref(fact.subjects()[0], 1),)
        assert seen.replaces == new(fact).replaces
        assert seen.leaf == leaf_hash(golden)


def test_a_leaf_is_the_hash_rfc_9162_gives_an_entry() -> None:
    assert leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


# --- round trip and canonical form


@settings(max_examples=300, deadline=None)
@given(ANY_FACT)
def test_any_fact_reads_back_as_it_was_written_in_rfc_8785_bytes(fact: Fact) -> None:
    stored = encoded(fact)
    assert decode(stored).fact == fact
    assert stored == rfc8785.dumps(json.loads(stored))


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | NFC_TEXT | st.just(""),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=8), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_canonical_bytes_are_those_of_an_independent_rfc_8785_writer(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_of_all_entries_are_ascii_and_their_text_is_nfc() -> None:
    for fact in EXAMPLES:
        for key, text in _texts(json.loads(entry(fact))):
            assert key.isascii()
            assert unicodedata.is_normalized("NFC", text)


def test_text_that_is_not_nfc_is_stored_as_nfc() -> None:
    decomposed = unicodedata.normalize("NFD", "Ångström é")
    fact = PatentGranted(patent=PATENT, announcement=decomposed, on=date(2026, 3, 2))
    assert decomposed != unicodedata.normalize("NFC", decomposed)
    assert fact.announcement == "Ångström é"
    assert "Ångström é".encode() in encoded(fact)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udc00\ud800"])
def test_half_a_surrogate_pair_is_no_text(text: str) -> None:
    with pytest.raises(ValidationError):
        PatentGranted(patent=PATENT, announcement=text, on=date(2026, 3, 2))
    with pytest.raises(TypeError):
        canonical({"announcement": text})


@pytest.mark.parametrize("code", [*range(9), 11, 12, *range(14, 32), *range(127, 160)])
def test_a_control_character_is_no_text_and_a_database_would_choke_on_nul(code: int) -> None:
    with pytest.raises(ValidationError) as caught:
        PatentGranted(patent=PATENT, announcement=f"甲{chr(code)}乙", on=date(2026, 3, 2))
    assert caught.value.errors()[0]["type"] == "control_character"


def test_text_keeps_its_tabs_and_its_lines_however_they_were_broken() -> None:
    for written in ("一\t二\n三\n四", "一\t二\r\n三\r四"):
        fact = PatentGranted(patent=PATENT, announcement=written, on=date(2026, 3, 2))
        assert fact.announcement == "一\t二\n三\n四"


def test_no_fact_type_has_a_float_or_a_key_outside_ascii_anywhere() -> None:
    for kind in FACTS:
        for model, name, hint in _fields(kind):
            assert name.isascii(), (model, name)
            assert float not in _parts(hint), (model, name)


@pytest.mark.parametrize("value", [1.0, 1e300, float("nan")])
def test_floats_are_refused_where_whole_numbers_belong(value: float) -> None:
    payload = {"fund": "fund:x", "reward": _reward(), "amount_fen": value, "on": "2026-03-02"}
    with pytest.raises(ValidationError):
        TOPICS["reward-appropriated.v1"].model_validate_json(json.dumps(payload))


def test_whole_numbers_beyond_what_every_json_reader_keeps_are_not_encoded() -> None:
    with pytest.raises(TypeError):
        canonical({"amount_fen": 2**53})


# --- limits, versions, unknown topics


def _filed(filler: str) -> PatentFiled:
    owners = tuple(filler[start : start + 2000] for start in range(0, len(filler), 2000))
    return PatentFiled(
        patent=PATENT,
        kind="invention",
        title="Lamp",
        filed=date(2023, 5, 4),
        owners=(UNIVERSITY,),
        other_owners=owners,
        inventors=(),
        disclosure=None,
    )


def test_an_entry_of_65535_bytes_is_stored_and_one_of_a_byte_more_is_refused() -> None:
    length = 63_000
    while (size := len(encoded(_filed("x" * length)))) < ENTRY_BYTES_MAX:
        length += min(ENTRY_BYTES_MAX - size, 500)
    assert size == ENTRY_BYTES_MAX

    with pytest.raises(Refusal) as refused:
        encoded(_filed("x" * (length + 1)))

    assert refused.value.code is Refused.FACT_IS_TOO_LARGE
    assert refused.value.values == {
        "type": "patent-filed.v2",
        "bytes": ENTRY_BYTES_MAX + 1,
        "max": ENTRY_BYTES_MAX,
    }


class NamedV1(BaseFact):
    """A retired type: one name."""

    TOPIC: ClassVar[str] = "trial-named.v1"
    patent: PatentId
    name: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


class NamedV3(BaseFact):
    """The newest version of it: a name in two languages."""

    TOPIC: ClassVar[str] = "trial-named.v3"
    patent: PatentId
    name_zh: Text
    name_en: Text
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.patent,)


def test_retired_topics_are_read_as_their_newest_version_from_unchanged_bytes() -> None:
    def to_second(payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        rest = {key: value for key, value in payload.items() if key != "name"}
        return "trial-named.v2", {**rest, "name_zh": payload["name"]}

    def to_third(payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "trial-named.v3", {**payload, "name_en": "(unknown)"}

    stored = encoded(NamedV1(patent=PATENT, name="灯", on=date(2026, 3, 2)))
    seen = decode(
        stored,
        topics={NamedV3.TOPIC: NamedV3},
        upcasts={"trial-named.v1": to_second, "trial-named.v2": to_third},
    )

    expected = NamedV3(patent=PATENT, name_zh="灯", name_en="(unknown)", on=date(2026, 3, 2))
    assert seen.fact == expected
    assert seen.leaf == leaf_hash(stored)


def test_an_unknown_topic_is_never_skipped() -> None:
    stored = encoded(NamedV1(patent=PATENT, name="灯", on=date(2026, 3, 2)))
    with pytest.raises(LookupError, match=r"trial-named\.v1"):
        decode(stored)


def test_an_unknown_payload_field_is_never_skipped() -> None:
    envelope = orjson.loads(entry(EXAMPLES[0]))
    envelope["payload"]["surprise"] = 1
    with pytest.raises(ValidationError):
        decode(canonical(envelope))


def test_times_are_stored_in_utc_with_all_six_digits() -> None:
    shanghai = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
    assert timestamp(shanghai) == "2026-03-02T04:00:00.000000Z"


def test_the_link_to_the_previous_fact_is_part_of_the_entry() -> None:
    fact = PatentGranted(patent=PATENT, announcement=None, on=date(2026, 3, 2))
    first = encoded(fact, [(PATENT, 2, None)])
    second = encoded(fact, [(PATENT, 2, OTHER_DIGEST)])
    assert leaf_hash(first) != leaf_hash(second)


def _reward() -> str:
    return "reward:00000000-0000-4000-8000-000000000001"


def _differences(golden: Any, stored: Any, path: str) -> Iterator[str]:
    if isinstance(golden, Mapping) and isinstance(stored, Mapping):
        for key in sorted({*golden, *stored}):
            yield from _differences(
                golden.get(key, "(missing)"), stored.get(key, "(missing)"), f"{path}/{key}"
            )
    elif golden != stored:
        yield f"{path}: golden {golden!r}, now {stored!r}"


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, key)
    elif isinstance(value, str):
        yield key, value


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, str, Any]]:
    for name, hint in get_type_hints(model, include_extras=True).items():
        if name in model.model_fields:
            yield model.__name__, name, hint
            for part in _parts(hint):
                if isinstance(part, type) and issubclass(part, BaseModel):
                    yield from _fields(part)


def _parts(hint: Any) -> set[Any]:
    inner = {
        part for argument in get_args(hint) if argument is not ... for part in _parts(argument)
    }
    return ({hint} if isinstance(hint, type) else set()) | inner
