"""What is wrong with one field of a command or a request, named and said as its form says it."""

import re
from collections.abc import Mapping
from typing import Any, Final

from api.console.field_words import FIELD_WORDS, field_title
from api.language import Language
from projections.code_words import CODE_WORDS
from projections.fact_titles import Title

_DAY: Final = Title("须为日期，写作 2022-06-30", "must be a date such as 2022-06-30")
_TIME: Final = Title(
    "须为带时区的时间，写作 2022-06-30T09:00:00+08:00",
    "must be a time with its zone such as 2022-06-30T09:00:00+08:00",
)
_LIST: Final = Title("须为若干项的列表", "must be a list of items")
_GROUP: Final = Title("须逐项填写其中各栏", "must be filled in with its own fields")
_CHOICE: Final = Title("不在可选项之内", "is none of the choices")
_LOW: Final = Title("数值太小", "is too small")
_HIGH: Final = Title("数值太大", "is too large")
_WHOLE: Final = Title("须为整数", "must be a whole number")
_FLAG: Final = Title("须为是或否", "must be yes or no")
_AMOUNT: Final = Title(
    "不是可记的金额：请以元填写，如 1234.56 或 12.5万元（程序按接口说明传整数）",
    "is no amount that can be kept: write yuan, such as 1234.56 or 12.5万元 (programs send the"
    " integer that the interface describes)",
)
_OTHERWISE: Final = Title("填写不正确", "is not filled in rightly")

RULES: Final[Mapping[str, Title]] = {
    "missing": Title("必须填写", "is needed"),
    "extra_forbidden": Title("没有这一栏，不能填写", "is not asked for here"),
    "none_required": Title("须留空", "must be left empty"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "whole_number_needed": _WHOLE,
    "string_type": Title("须为文字", "must be text"),
    "string_unicode": Title("含有无法识别的字符", "holds characters that cannot be read"),
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "string_too_short": Title("太短", "is too short"),
    "string_too_long": Title("太长", "is too long"),
    "string_pattern_mismatch": Title("写法不对", "is not written in the form asked for"),
    "control_character": Title("不能含控制字符", "must not hold control characters"),
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "too_short": Title("项数太少", "has too few items"),
    "too_long": Title("项数太多", "has too many items"),
    "greater_than": _LOW,
    "greater_than_equal": _LOW,
    "less_than": _HIGH,
    "less_than_equal": _HIGH,
    "date_type": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "date_parsing": _DAY,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": _TIME,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "dict_type": _GROUP,
    "json_invalid": Title("不是有效的 JSON", "is no valid JSON"),
    "object_needed": Title("须为一个 JSON 对象", "must be a JSON object"),
    "header_malformed": Title(
        "须为 1 至 255 个可见的英文字符", "must have 1 to 255 visible ASCII characters"
    ),
    "too_many_values": Title("项数太多，请分次提交", "holds too many values; send it in parts"),
    "too_deep": Title("嵌套层次太深", "is nested too deeply"),
    "repeated": Title("同一名称出现两次", "has its name twice"),
    "date_out_of_range": Title(
        "须在 1900-01-01 与 2200-12-31 之间", "must lie between 1900-01-01 and 2200-12-31"
    ),
    "http_is_malformed": Title(
        "不符合 HTTP 或表单的格式", "does not have the form of HTTP or of a form"
    ),
    "not_utf8": Title("须用 UTF-8 编码", "must be in UTF-8"),
    "verifier_key": Title("不是日志的公钥", "is no verifier key of a log"),
    "patent_number_is_malformed": Title("不是专利号的写法", "is not written as a patent number"),
    "patent_number_year_is_wrong": Title(
        "专利号的年份不对", "has a year that no patent number has"
    ),
    "patent_number_type_is_wrong": Title(
        "专利号的种类位不对", "has a kind digit that no patent number has"
    ),
    "patent_number_lacks_check_digit": Title(
        "专利号缺校验位", "lacks the check digit of a patent number"
    ),
    "patent_check_digit_is_wrong": Title(
        "专利号的校验位不对", "has a wrong check digit for a patent number"
    ),
    "publication_number_is_malformed": Title(
        "不是公布号或公告号的写法", "is not written as a publication number"
    ),
    "pct_number_is_malformed": Title(
        "不是国际申请号的写法", "is not written as the number of an international application"
    ),
    "credit_code_is_malformed": Title(
        "不是统一社会信用代码的写法", "is not written as a unified social credit code"
    ),
    "credit_code_check_is_wrong": Title(
        "统一社会信用代码的校验位不对", "has a wrong check character for a credit code"
    ),
    "body_code_is_malformed": Title(
        "不是主体标识码的写法", "is not written as an organisation code"
    ),
    "register_number_is_malformed": Title(
        "不是登记号的写法", "is not written as a register number"
    ),
    "register_place_does_not_suit": Title(
        "登记地与证件类型不符", "names a place that does not suit its kind of register"
    ),
    "uuid_is_not_canonical": Title("不是编号的写法", "is not written as an id"),
    "subject_is_malformed": Title("不是编号的写法", "is not written as an id"),
    "subject_kind_is_malformed": Title("编号的种类不对", "has a kind that no id has"),
    "identifier_is_not_canonical": Title("编号没有按标准写法填写", "is not in its standard form"),
}
"""Rules by their machine name."""

_PLACES: Final = frozenset({"body", "query", "path", "header", "cookie"})
_PERSONS: Final = frozenset({"contributors", "inventors", "team", "holders", "persons"})
_CODE: Final = re.compile(r"'([^']+)'")
_EXPECTED_MAX: Final = 120
_SENT: Final = Title("提交的内容", "what was sent")
_WHOLES: Final = {
    "(body)": _SENT,
    "body": _SENT,
    "(request)": Title("请求", "the request"),
    "(url)": Title("网址", "the address"),
}


def error_words(error: Mapping[str, Any], spoken: Language) -> str:
    """What is wrong with one field, with what was expected where that is known."""
    rule, last = str(error.get("rule", "")), _last(error)
    known = RULES.get(rule, _OTHERWISE)
    if last.endswith("_fen") and rule not in ("missing", "extra_forbidden", "none_required"):
        known = _AMOUNT
    words = known.zh if spoken == "zh" else known.en
    expected = _expected(last, str(error.get("expected") or ""), spoken)
    if not expected:
        return words
    return f"{words}（应为 {expected}）" if spoken == "zh" else f"{words} (expected {expected})"


def field_words(path: str, spoken: Language) -> str:
    """A field by its path as the form names it: `contributors.0.share` is 第1位完成人的份额."""
    names = path.split(".")
    if len(names) > 1 and names[0] in _PLACES:
        names = names[1:]
    if len(names) == 1 and (whole := _WHOLES.get(names[0])):
        return whole.zh if spoken == "zh" else whole.en
    told: list[str] = []
    for at, name in enumerate(names):
        if name.isdecimal() or (name not in FIELD_WORDS and at < len(names) - 1):
            continue
        place = names[at + 1] if at + 1 < len(names) and names[at + 1].isdecimal() else None
        told.append(_named(name, place, spoken))
    if spoken == "zh":
        return "的".join(told)
    return " of ".join(reversed(told))


def errors_told(errors: list[Any], spoken: Language) -> str:
    """Wrong fields one by one, each with its rule; text that is no field stands as it is."""
    return ("；" if spoken == "zh" else "; ").join(_told(each, spoken) for each in errors)


def _told(error: Any, spoken: Language) -> str:
    if not isinstance(error, Mapping) or "field" not in error:
        return str(error)
    field, words = field_words(str(error["field"]), spoken), error_words(error, spoken)
    return f"“{field}”{words}" if spoken == "zh" else f"{field} {words}"


def _named(name: str, place: str | None, spoken: Language) -> str:
    title = field_title(name, spoken)
    if place is None:
        return title
    number = int(place[:6]) + 1
    if spoken == "en":
        return f"{title} no. {number}"
    return f"第{number}{'位' if name in _PERSONS else '项'}{title}"


def _last(error: Mapping[str, Any]) -> str:
    names = [part for part in str(error.get("field", "")).split(".") if not part.isdecimal()]
    return names[-1] if names else ""


def _expected(field: str, expected: str, spoken: Language) -> str:
    """What was expected; codes in words, as far as there is room for them."""
    codes = _CODE.findall(expected)  # pydantic's own list: 'a', 'b' or 'c'
    if not codes:
        return expected
    known = CODE_WORDS.get(field, {})
    words = [known[code] if code in known else Title(code, code) for code in codes]
    told = ("、" if spoken == "zh" else ", ").join(
        each.zh if spoken == "zh" else each.en for each in words
    )
    return told if len(told) <= _EXPECTED_MAX else f"{told[:_EXPECTED_MAX]}…"
