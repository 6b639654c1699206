"""Bodies within bounds: what is wrong is told in few words, whatever was sent."""

import time

import orjson
import pytest

from api.bodies import DEPTH_MAX, VALUES_MAX, read_body, read_json
from api.texts import told
from ledger.commands import BY_NAME
from ledger.refusals import Refusal, Refused
from ledger.wrong_fields import FIELDS_TOLD_MAX

GRANT = BY_NAME["license.grant"].command
RAISE = BY_NAME["finding.raise"].command


def refusal_of(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_body(GRANT, "license.grant", read_json(data))
    assert caught.value.code is Refused.COMMAND_IS_MALFORMED
    return caught.value


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b'{"a":' * 9_000 + b"1" + b"}" * 9_000, "too_many_values"),
        (b"[" + b"1," * VALUES_MAX + b"1]", "too_many_values"),
        (b'{"a":' * DEPTH_MAX + b"1" + b"}" * DEPTH_MAX, "too_deep"),
        (b'{"a":' * 2_000 + b"1" + b"}" * 2_000, "json_invalid"),
        (b'{"reason": "a", "reason": "b"}', "repeated"),
        (b'{"evidence": [{"kind": "a", "kind": "b"}]}', "repeated"),
        (b'{"reason": "\\u0000"}', "control_character"),
        (b'{"\\u0000": 1}', "control_character"),
        (b'{"position": ' + b"9" * 5_000 + b"}", "json_invalid"),
        (b'{"reason": "\\ud800"}', "json_invalid"),
        (b"[1]", "object_needed"),
        (b"NaN", "json_invalid"),
        (b"", "json_invalid"),
        (b"\xef\xbb\xbf{}", "json_invalid"),
    ],
)
def test_what_no_command_holds_is_refused_before_it_is_looked_at(data: bytes, rule: str) -> None:
    assert refusal_of(data).values["errors"][0]["rule"] == rule


def test_few_wrong_fields_are_told_and_how_many_more_there_are() -> None:
    unknown = VALUES_MAX - 100
    refusal = refusal_of(orjson.dumps({f"k{at}": 1 for at in range(unknown)}))
    required = sum(each.is_required() for each in GRANT.model_fields.values())
    assert len(refusal.values["errors"]) == FIELDS_TOLD_MAX
    assert refusal.values["more_errors"] == unknown + required - FIELDS_TOLD_MAX
    assert f"另有 {refusal.values['more_errors']} 处" in told(refusal, "zh")[0]
    assert f"and {refusal.values['more_errors']} more" in told(refusal, "en")[0]


def test_names_and_values_of_any_length_are_told_in_few_words() -> None:
    long = "x" * 500_000
    refusal = refusal_of(orjson.dumps({long: 1, "patents": [long], "counterparty": long}))
    assert len(orjson.dumps(refusal.values)) < 10_000


def test_work_grows_with_the_length_of_a_body_and_not_with_its_square() -> None:
    def seconds(keys: int) -> float:
        data = orjson.dumps({f"k{at}": 1 for at in range(keys)})
        spent = []
        for _ in range(5):
            before = time.process_time()
            refusal_of(data)
            spent.append(time.process_time() - before)
        return min(spent)

    assert seconds(2_800) < 4 * seconds(1_400)


@pytest.mark.parametrize("on", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_a_date_beyond_the_calendar_is_a_wrong_field(on: str) -> None:
    body = {"title": "早收款", "body": "到款早于登记", "severity": "major", "on": on}
    body["finding"] = "finding:00000000-0000-0000-0000-000000000001"
    with pytest.raises(Refusal) as caught:
        read_body(RAISE, "finding.raise", body)
    assert caught.value.values["errors"] == [
        {
            "field": "on",
            "rule": "date_out_of_range",
            "message": "must lie between 1900-01-01 and 2200-12-31",
        }
    ]


def test_a_number_that_json_cannot_carry_is_a_wrong_body() -> None:
    with pytest.raises(Refusal):
        read_body(GRANT, "license.grant", {"fee_fen": 10**30})
