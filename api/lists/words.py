"""Verdicts and fields of lists as people read them, and the whole of a preview as JSON."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from api.imports.verdicts import LINES_TOLD_MAX, alike_words
from api.language import Language
from api.lists.intake import ListPreview, ListTaken, RowRefused
from api.lists.kinds import BY_CODE
from api.lists.owners import NATURAL_PERSON, RULE_DATED
from api.lists.results import RowVerdict, Verdict
from api.texts import told
from ledger.commands import BY_NAME

VERDICTS: Final[Mapping[Verdict, tuple[str, str]]] = {
    "rejected": ("不能接收", "rejected"),
    "conflicting": ("与账本不一致", "conflicting"),
    "possible-duplicate": ("可能重复", "possible duplicate"),
    "elsewhere": ("由其他机构登记", "recorded elsewhere"),
    "changed": ("有新情况", "changed"),
    "new": ("新增", "new"),
    "unchanged": ("无变化", "unchanged"),
}
"""In the order in which somebody wants to see them."""

_CLAIM_IT: Final = (
    "另一机构已登记此号；确系本机构的，导入时选“一并主张”，并提交专利登记簿副本，由主管局裁定",
    "another institution registered this number; if it is yours, claim it too with the import and "
    "show the patent office's register extract: the bureau settles whose it is",
)
_CLAIMED: Final = (
    "另一机构已登记此号，本机构的主张已记入",
    "another institution registered this number; the claim of yours is on record",
)
_BY_CONCERN: Final = {verdict: place for place, verdict in enumerate(VERDICTS)}


def verdict_word(verdict: Verdict, spoken: Language) -> str:
    """A verdict in the reader's language."""
    return VERDICTS[verdict][0 if spoken == "zh" else 1]


def field_word(kind: str, field: str, spoken: Language) -> str:
    """A field of a kind of list in the reader's language."""
    found = BY_CODE[kind].fields.get(field)
    if found is None:
        return field
    return found.zh if spoken == "zh" else found.en


def command_word(command: str, spoken: Language) -> str:
    """What a command does, in the reader's language."""
    found = BY_NAME[command].command
    return found.ZH if spoken == "zh" else found.EN


def by_concern(verdicts: Iterable[RowVerdict]) -> list[RowVerdict]:
    """Rows that need somebody first, those without news last."""
    return sorted(verdicts, key=lambda each: (_BY_CONCERN[each.verdict], each.row))


def row_note(kind: str, verdict: RowVerdict, spoken: Language) -> str:
    """What there is to say of a row: its faults, differences, or what would be recorded."""
    zh = spoken == "zh"
    if verdict.faults:
        return " ".join(fault.zh if zh else fault.en for fault in verdict.faults)
    if verdict.alike is not None:
        return alike_words(verdict.alike)[0 if zh else 1]
    if verdict.differences:
        form = (
            "{field}：名单为“{listed}”，账本为“{logged}”"
            if zh
            else ("{field}: '{listed}' in the list, '{logged}' in the ledger")
        )
        said = (
            form.format(
                field=field_word(kind, each.field, spoken), listed=each.listed, logged=each.logged
            )
            for each in verdict.differences
        )
        mend = "如名单为准，请作更正。" if zh else "If the list is right, correct the fact."
        return ("；" if zh else "; ").join(said) + ("。" if zh else ". ") + mend
    if verdict.verdict == "elsewhere":
        return (_CLAIM_IT if verdict.steps else _CLAIMED)[0 if zh else 1]
    told_steps = [command_word(step.command, spoken) for step in verdict.steps]
    if verdict.persons and zh:
        told_steps.append(f"{'、'.join(verdict.persons)} 只记为“{NATURAL_PERSON}”")
    elif verdict.persons:
        told_steps.append(f"{', '.join(verdict.persons)} only as {NATURAL_PERSON} (natural person)")
    return ("、" if zh else ", ").join(told_steps)


def counts_line(found: ListPreview, spoken: Language) -> str:
    """How many rows have which verdict, in one line."""
    counts = found.counts
    zh = spoken == "zh"
    parts = [
        f"{verdict_word(verdict, spoken)} {counts[verdict]} 行"
        if zh
        else f"{counts[verdict]} {verdict_word(verdict, spoken)}"
        for verdict in VERDICTS
        if counts.get(verdict)
    ]
    if found.inventors:
        parts.append(
            f"发明人 {found.inventors} 人次未导入（人员须另行登记）"
            if zh
            else f"{found.inventors} names of inventors left out (persons are registered apart)"
        )
    if found.persons:
        parts.append(
            f"权利人中 {found.persons} 人次按 {RULE_DATED} 的名称规则视为自然人，不记姓名"
            "（认错的请指明：名称=organisation 或 名称=person）"
            if zh
            else f"{found.persons} owners are natural persons by the rule of {RULE_DATED} and not "
            "named (where it is wrong, say name=organisation or name=person)"
        )
    return ("，" if zh else ", ").join(parts)


def preview_as_json(found: ListPreview, *, every_row: bool) -> dict[str, Any]:
    """Kind, columns, counts, and the rows; without `every_row` only those that need somebody.

    Of a long list the rows that need somebody are told before the others; `rows_left_out` counts
    what is not told.
    """
    head = found.table.head
    wanted = [
        verdict
        for verdict in found.verdicts
        if every_row or verdict.verdict in ("rejected", "conflicting", "elsewhere")
    ]
    shown = sorted(by_concern(wanted)[:LINES_TOLD_MAX], key=lambda each: each.row)
    return {
        "institution": found.institution,
        "kind": found.kind.code,
        "sheet": head.sheet,
        "header_row": head.row,
        "file_sha256": found.table.sha256,
        "columns": {head.titles[at]: field for field, at in head.columns.items()},
        "ignored_columns": len(found.table.ignored),
        "inventors_left_out": found.inventors,
        "natural_persons": found.persons,
        "counts": dict(found.counts),
        "rows": [_row_as_json(verdict) for verdict in shown],
        "rows_left_out": len(wanted) - len(shown),
    }


def _row_as_json(verdict: RowVerdict) -> dict[str, Any]:
    shown: dict[str, Any] = {"row": verdict.row, "key": verdict.key, "verdict": verdict.verdict}
    if verdict.steps:
        shown["commands"] = [step.command for step in verdict.steps]
    if verdict.persons:
        shown["natural_persons"] = list(verdict.persons)
    if verdict.differences:
        shown["differences"] = [each._asdict() for each in verdict.differences]
    if verdict.faults:
        shown["faults"] = [fault._asdict() for fault in verdict.faults]
    return shown


def taken_as_json(taken: ListTaken) -> dict[str, Any]:
    """The preview that was carried out, with the number of facts and what the book refused."""
    return {
        **preview_as_json(taken.preview, every_row=False),
        "facts": taken.facts,
        "statement": taken.statement,
        "refused": [_refused_as_json(each) for each in taken.refused[:LINES_TOLD_MAX]],
        "refused_left_out": max(0, len(taken.refused) - LINES_TOLD_MAX),
    }


def _refused_as_json(refused: RowRefused) -> dict[str, Any]:
    zh, en = (told(refused.refusal, spoken) for spoken in ("zh", "en"))
    return {
        "row": refused.row,
        "command": refused.command,
        "code": refused.refusal.code,
        "zh": " ".join(zh),
        "en": " ".join(en),
    }
