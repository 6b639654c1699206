"""What people call the stored codes of clauses: statuses, bearings, deadlines, marks."""

from collections.abc import Mapping
from typing import Any, Final

from compliance.catalogues import CATALOGUES
from compliance.clause import STATUS_WORDS, Words
from compliance.words import BEARING_WORDS, CODE_WORDS
from ledger.commands import DECLARATIONS
from ledger.policies import Mark

_STATES: Final = {
    "ahead": Words("未到期", "ahead"),
    "done": Words("按期办理", "done in time"),
    "done-late": Words("逾期办理", "done late"),
    "missed": Words("逾期未办", "not done"),
}
_KNOWLEDGE: Final = {
    "doing-not-known-then": Words("已按期办理，当时账上尚无记录", "done, not on record then"),
    "duty-not-known-then": Words("当时账上尚无此项义务", "the duty was not on record then"),
}
_AXES: Final = {
    "known-at": Words("随事实入账", "as facts became known"),
    "as-of": Words("随日期推移", "as days went by"),
}
_MARKS: Final = {
    Mark.READ: Words("已核对原文", "read in the source"),
    Mark.GENERAL_KNOWLEDGE: Words("通行理解，未核对原文", "general knowledge, source not read"),
    Mark.UNSURE: Words("存疑", "unsure"),
}


def _by_text(words: Mapping[Any, Words]) -> dict[str, Words]:
    return {str(code): said for code, said in words.items()}


CLAUSE_WORDS: Final[Mapping[str, Mapping[str, Words]]] = {
    "status": _by_text(STATUS_WORDS),
    "bearing": _by_text(BEARING_WORDS),
    "code": CODE_WORDS,
    "state": _STATES,
    "knowledge": _KNOWLEDGE,
    "axis": _AXES,
    "mark": _by_text(_MARKS),
    "catalogue": {catalogue.id: catalogue.title for catalogue in CATALOGUES},
    "mend": {item.name: Words(item.command.ZH, item.command.EN) for item in DECLARATIONS},
}
"""Column to stored code to words."""


def clause_words(column: str, code: str) -> Words | None:
    """The words of a code in a column about clauses; None for what is none of theirs."""
    return CLAUSE_WORDS.get(column, {}).get(code)
