"""A report for people, as a short table, and for programs, as JSON."""

from collections import Counter
from typing import Any, Final

import orjson

from api.audit.findings import Report, Step
from api.audit.words import FOUND, SAID, STEPS
from api.language import Language
from api.terminal import table

_SHOWN: Final = 20

_TITLES: Final = {
    "zh": ("检查", "结果", "已查", "问题", "首个有误位置"),
    "en": ("check", "result", "looked at", "wrong", "first wrong position"),
}
_RESULTS: Final = {
    "zh": {"good": "通过", "wrong": "有误", "open": "未作结论"},
    "en": {"good": "passed", "wrong": "WRONG", "open": "left open"},
}


def as_table(report: Report, lang: Language) -> str:
    """Which log, each step with its result, the first findings, and what was left open."""
    left = {each.step for each in report.remarks}
    steps = [step for step in Step if report.looked[step] or report.wrong[step] or step in left]
    rows = [_row(step, report, lang) for step in steps]
    lines = [_about(report, lang), table(_TITLES[lang], rows, [False, False, True, True, True])]
    lines += [_finding(report, number, lang) for number in range(len(report.findings[:_SHOWN]))]
    more = sum(report.wrong.values()) - min(len(report.findings), _SHOWN)
    if more > 0:
        lines.append(f"  另有 {more} 项" if lang == "zh" else f"  {more} more")
    for place, through in sorted(report.complete.items()):
        zh, en = (
            f"{place} 的事实完整至位置 {through}",
            f"facts of {place}: complete up to {through}",
        )
        lines.append(f"  {zh if lang == 'zh' else en}")
    lines += _open(report, lang)
    return "\n".join(lines)


def _about(report: Report, lang: Language) -> str:
    size, root = report.head.size, report.head.root.hex()
    if lang == "zh":
        part = f"，仅 {report.institution} 的部分" if report.institution else ""
        return f"日志 {report.origin}：{size} 条事实{part}，根 {root}"
    part = f", the part of {report.institution}" if report.institution else ""
    return f"log {report.origin}: {size} facts{part}, root {root}"


def _row(step: Step, report: Report, lang: Language) -> list[str]:
    places = [each.position for each in report.findings if each.step is step]
    first = min((place for place in places if place is not None), default=None)
    result = "wrong" if report.wrong[step] else "good" if report.looked[step] else "open"
    return [
        STEPS[step][lang == "en"],
        _RESULTS[lang][result],
        str(report.looked[step]),
        str(report.wrong[step]),
        "" if first is None else str(first),
    ]


def _finding(report: Report, number: int, lang: Language) -> str:
    each = report.findings[number]
    told = FOUND[each.code][lang == "en"].format(**each.values)
    place = "" if each.position is None else f"{each.position}: "
    if place and lang == "zh":
        place = f"位置 {each.position}："
    return f"  ✗ {place}{_plain(told)} [{each.code}]"


def _open(report: Report, lang: Language) -> list[str]:
    """What was left open; of many things of one kind the first three are named."""
    lines, count = [], Counter((each.step, each.code) for each in report.remarks)
    seen: Counter[tuple[Step, str]] = Counter()
    for each in report.remarks:
        kind = (each.step, each.code)
        seen[kind] += 1
        if seen[kind] <= 3:
            told = SAID[each.code][lang == "en"].format(**each.values)
            lines.append(f"  · {STEPS[each.step][lang == 'en']} — {_plain(told)}")
        elif seen[kind] == count[kind]:
            rest = count[kind] - 3
            lines.append(
                f"    另有 {rest} 项同上" if lang == "zh" else f"    {rest} more like this"
            )
    return lines


def _plain(text: str) -> str:
    """Nothing in a foreign bundle may steer the terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def as_json(report: Report) -> bytes:
    """Everything, each finding with its words in both languages."""
    told: dict[str, Any] = {
        "origin": report.origin,
        "size": report.head.size,
        "root": report.head.root.hex(),
        "institution": report.institution,
        "good": report.is_good,
        "first_wrong_position": report.first_wrong,
        "checks": {
            step.value: {"looked_at": report.looked[step], "wrong": report.wrong[step]}
            for step in Step
        },
        "complete_through": report.complete,
        "findings": [
            {
                "check": each.step,
                "code": each.code,
                "position": each.position,
                "zh": FOUND[each.code][0].format(**each.values),
                "en": FOUND[each.code][1].format(**each.values),
                "values": each.values,
            }
            for each in report.findings
        ],
        "left_open": [
            {
                "check": each.step,
                "code": each.code,
                "zh": SAID[each.code][0].format(**each.values),
                "en": SAID[each.code][1].format(**each.values),
                "values": each.values,
            }
            for each in report.remarks
        ],
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2, default=str)
