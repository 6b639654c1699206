"""What is wrong with one field of a command or a request, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from api.language import Language

_RULES: dict[str, str] = {
    "missing": "必须填写",
    "extra_forbidden": "没有这个字段，不能填写",
    "int_type": "须为整数；金额以分为单位，不带小数",
    "string_type": "须为文字",
    "bool_type": "须为 true 或 false",
    "string_too_short": "太短",
    "string_too_long": "太长",
    "string_pattern_mismatch": "格式不对",
    "control_character": "不能含控制字符",
    "literal_error": "不在可选的值之内",
    "enum": "不在可选的值之内",
    "too_short": "项数太少",
    "too_long": "项数太多",
    "greater_than": "数值太小",
    "greater_than_equal": "数值太小",
    "less_than": "数值太大",
    "less_than_equal": "数值太大",
    "date_type": "须为日期，写作 2022-06-30",
    "date_from_datetime_parsing": "须为日期，写作 2022-06-30",
    "date_parsing": "须为日期，写作 2022-06-30",
    "datetime_parsing": "须为带时区的时间，写作 2022-06-30T09:00:00+08:00",
    "datetime_from_date_parsing": "须为带时区的时间，写作 2022-06-30T09:00:00+08:00",
    "timezone_aware": "时间必须带时区，写作 2022-06-30T09:00:00+08:00",
    "tuple_type": "须为列表",
    "list_type": "须为列表",
    "model_type": "须为对象",
    "model_attributes_type": "须为对象",
    "json_invalid": "不是有效的 JSON",
    "object_needed": "须为一个 JSON 对象",
    "too_many_values": "内容的项数太多，请分次提交",
    "too_deep": "嵌套层次太深",
    "repeated": "同一名称出现两次",
    "date_out_of_range": "日期须在 1900-01-01 与 2200-12-31 之间",
    "patent_number_is_malformed": "不是专利号的写法",
    "patent_number_year_is_wrong": "专利号的年份不对",
    "patent_number_type_is_wrong": "专利号的种类位不对",
    "patent_number_lacks_check_digit": "专利号缺校验位",
    "patent_check_digit_is_wrong": "专利号的校验位不对",
    "credit_code_is_malformed": "不是统一社会信用代码的写法",
    "credit_code_check_is_wrong": "统一社会信用代码的校验位不对",
    "body_code_is_malformed": "不是主体标识码的写法",
    "subject_is_malformed": "不是编号的写法",
}
"""Rules by their machine name; English is the rule's own message."""


def error_words(error: Mapping[str, Any], spoken: Language) -> str:
    """The message of one wrong field; in Chinese with what was expected, where that is known."""
    message = str(error.get("message", ""))
    if spoken == "en":
        return message
    words = _RULES.get(str(error.get("rule")), message)
    expected = error.get("expected")
    return f"{words}（应为 {expected}）" if expected else words
