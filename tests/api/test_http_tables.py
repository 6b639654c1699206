"""The written-out tables of the HTTP door: complete, without doubles, and in both languages."""

import re
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import ledger.texts
from api.console.abouts import ABOUTS
from api.console.words import WORDS
from api.door import read_command
from api.exports.cells import neutral, yuan
from api.language import Language, preferred
from api.moments import read_known_at, read_number
from api.problems import FAULTS, Fault
from api.routes.paths import BY_UPLOAD, NOT_BY_HTTP, PATHS
from api.statuses import GROUPS, STATUSES, TITLES
from api.texts import AREAS, BREACHES, TEXTS, breach_words, filled, merged, told
from ledger.case import Breach
from ledger.commands import BY_NAME
from ledger.refusals import Refusal, Refused
from projections.views import VIEWS

PLURALS = {
    "policy": "policies",
    "counterparty": "counterparties",
    "equity": "equities",
    "annuity": "annuities",
    "supply": "supplies",
    "evidence": "evidence",
    "approval-limits": "approval-limits",
}


def test_every_refusal_has_one_status_and_every_status_a_title() -> None:
    listed = [code for codes in GROUPS.values() for code in codes]
    assert sorted(listed) == sorted(Refused)
    used = set(STATUSES.values()) | {status for status, _ in FAULTS.values()}
    assert used == set(TITLES)
    assert set(FAULTS) == set(Fault)
    assert not {str(fault) for fault in Fault} & {str(code) for code in Refused}


def test_the_statuses_that_programs_rely_on() -> None:
    assert STATUSES[Refused.FUND_CAP_REACHED] == 409
    assert STATUSES[Refused.COMMAND_KEY_WAS_USED_FOR_ANOTHER_BODY] == 409
    assert STATUSES[Refused.SUBJECT_IS_UNKNOWN] == 404
    assert STATUSES[Refused.PARAMETER_IS_UNKNOWN] == 400
    assert STATUSES[Refused.TOKEN_IS_NOT_VALID] == 401


def test_every_refusal_has_words_and_a_remedy_in_both_languages() -> None:
    assert set(TEXTS) == set(Refused)
    for code, text in TEXTS.items():
        assert all(part.strip() for part in text), code
        for words in text:
            list(Formatter().parse(words))
        assert re.search(r"[\u4e00-\u9fff]", text.zh + text.mend_zh), code
        assert not re.search(r"[\u4e00-\u9fff]", text.mend_en), code


def test_every_page_of_words_is_merged_and_a_double_is_refused() -> None:
    folder = Path(ledger.texts.__path__[0])
    pages = {file.stem for file in folder.glob("*.py")} - {"__init__", "text"}
    assert {area.__name__.rpartition(".")[2] for area in AREAS} == pages
    with pytest.raises(ValueError, match="two texts"):
        merged("TEXTS", (AREAS[0], AREAS[0]))


def test_every_breach_the_ledger_names_has_words() -> None:
    for code, words in BREACHES.items():
        assert words.zh.strip(), code
        assert words.en.strip(), code


def test_a_missing_value_leaves_its_name_standing() -> None:
    assert filled("{a} of {b}", {"a": ["x", {"field": "y", "rule": "z"}]}) == "x; y z of {b}"


def refused_text(name: str, body: dict[str, Any], spoken: Language) -> str:
    with pytest.raises(Refusal) as refusal:
        read_command(BY_NAME[name], body)
    return told(refusal.value, spoken)[0]


RECEIPT, LICENSE = (f"{kind}:{uuid.UUID(int=1)}" for kind in ("receipt", "license"))


def test_wrong_fields_are_named_one_by_one_in_the_language_asked_for() -> None:
    part = {"contract": LICENSE, "purpose": "license-fee", "amount_fen": 1.5}
    body = {"receipt": RECEIPT, "parts": [part], "colour": "red"}
    zh = refused_text("receipt.allocate", body, "zh")
    assert "命令“核销到合同”的内容不符合格式" in zh
    assert "“第1项核销明细的金额”不是可记的金额：请以元填写" in zh
    assert "“colour”没有这一栏" in zh
    assert "太少" not in zh
    en = refused_text("receipt.allocate", body, "en")
    assert "amount of parts no. 1 is no amount that can be kept: write yuan" in en
    assert "“核销明细”项数太少" in refused_text("receipt.allocate", {**body, "parts": []}, "zh")
    part = {**part, "amount_fen": 100, "purpose": "gift"}
    zh = refused_text("receipt.allocate", {**body, "parts": [part]}, "zh")
    assert "“第1项核销明细的用途”不在可选项之内（应为 许可费、转让价款、" in zh
    people = {"contributors": [{"person": "x", "share": "half"}]}
    assert "“第1位完成人的份额”" in refused_text("disclosure.submit", people, "zh")


def test_a_wrong_check_digit_says_which_one_was_expected() -> None:
    text = refused_text("patent.grant", {"patent": "patent:2018100000011"}, "zh")
    assert "“专利”专利号的校验位不对（应为 4）" in text
    wrong = {"rule": "credit_code_check_is_wrong", "value": "9131", "expected": "P"}
    refusal = Refusal(Refused.IDENTIFIER_IS_WRONG, **wrong)
    assert "统一社会信用代码的校验位不对（应为 P）" in told(refusal, "zh")[0]
    assert "wrong check character for a credit code" in told(refusal, "en")[0]


def test_codes_in_refusals_and_breaches_are_words() -> None:
    refusal = Refusal(Refused.ROLE_IS_MISSING, roles=["finance-approver", "bureau-payer"])
    assert "财务审批、知识产权局拨付" in told(refusal, "zh")[0]
    assert "finance approver" in told(refusal, "en")[0]
    values = {"patent": "patent:1", "license": "license:1", "other": "license:2"}
    breach = Breach("exclusive-over-ordinary", {**values, "exclusivity": "sole"})
    words = breach_words(breach)
    assert "排他许可" in words["zh"]
    assert "is sole although" in words["en"]
    assert words["values"]["exclusivity"] == "sole"


def test_every_command_has_its_path_by_one_pattern() -> None:
    assert set(PATHS) == set(BY_NAME) - NOT_BY_HTTP
    assert set(BY_UPLOAD) <= set(PATHS)
    for name, path in PATHS.items():
        resource, _, verb = name.partition(".")
        assert path == f"/v1/{PLURALS.get(resource, resource + 's')}/{verb}"


def test_every_view_on_the_first_page_has_its_sentence() -> None:
    assert set(ABOUTS) == {view.name for view in VIEWS if not view.needs}


def test_pages_have_the_same_words_and_placeholders_in_both_languages() -> None:
    assert set(WORDS["zh"]) == set(WORDS["en"])
    for key, zh in WORDS["zh"].items():
        fields = [
            {name for _, name, _, _ in Formatter().parse(text) if name}
            for text in (zh, WORDS["en"][key])
        ]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr", "zh"),
        ("en;q=0", "zh"),
        ("en;q=broken", "zh"),
    ],
)
def test_the_better_liked_language_is_spoken(header: str, expected: str) -> None:
    assert preferred(header) == expected


def test_known_at_is_a_size_a_time_or_a_day() -> None:
    assert read_known_at("17") == 17
    assert read_known_at("2022-06-30") == date(2022, 6, 30)
    assert read_known_at("2022-06-30T01:00:00Z") == datetime(2022, 6, 30, 1, tzinfo=UTC)
    assert read_known_at("2022-06-30T09:00:00 08:00") == datetime(2022, 6, 30, 1, tzinfo=UTC)
    assert read_known_at("") is None


@pytest.mark.parametrize(
    "text", ["-1", "2022-13-01", "2022-06-30T09:00:00", "yesterday", "1.5", "9" * 30, "²"]
)
def test_another_known_at_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_known_at(text)
    assert caught.value.code is Refused.PARAMETER_IS_MALFORMED


@pytest.mark.parametrize("text", ["0", "1001", "x", "9" * 5000])
def test_a_limit_outside_its_bounds_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_number("limit", text, default=1, low=1, high=1000)


def test_yuan_are_exact_and_formulas_are_neutralised() -> None:
    assert [yuan(fen) for fen in (0, 5, -5, 123_456, -100, 10**17 + 1)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1234.56",
        "-1.00",
        "1000000000000000.01",
    ]
    assert [neutral(text) for text in ("=1+1", "+86", "-x", "@a", "\tb", "plain", "")] == [
        "'=1+1",
        "'+86",
        "'-x",
        "'@a",
        "'\tb",
        "plain",
        "",
    ]
