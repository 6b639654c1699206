"""Values of refusals and breaches as people read them: yuan, words for codes, subjects by kind."""

from collections.abc import Mapping
from typing import Any, Final

from api.console.cells import is_subject, kind_word
from api.console.field_words import FIELD_WORDS, field_title
from api.language import Language
from ledger.commands import BY_NAME
from ledger.money import yuan
from ledger.subjects import kind_of
from projections.code_words import CODE_WORDS

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "roles": ("role",),
    "needed": ("stage",),
    "reached": ("stage",),
    "other_exclusivity": ("exclusivity",),
    "instalment_purpose": ("purpose",),
    "type": ("fact",),
    "limits": ("limit",),
    "done": ("stage", "fact"),
    "kind": ("kind", "identifier_kind"),
}
"""Values that hold codes of fields with other names."""

_SAID: Final = (
    *("到款", "合同", "申报", "资金", "质押", "线索", "许可", "声明", "样本", "定价", "操作者"),
    *("账户", "令牌", "转让", "出质", "专利", "负责人", "人员", "对方"),
    *("receipt", "contract", "claim", "fund", "pledge", "lead", "license", "sub-license"),
    *("declaration", "sample", "pricing", "actor", "account", "token", "assignment", "patent"),
)
"""Nouns after which a subject's kind is not said once more."""

_NAMELESS: Final = "?"
"""The command of a body that could not be read so far as to know it."""

_SHORT: Final = 8
_UUID: Final = 36


def shown(name: str, value: Any, spoken: Language | None, before: str = "") -> str:
    """The value of a refusal under this name; `before` is the text that it follows.

    Without a language codes and ids stay as they are; amounts are yuan all the same.
    """
    if isinstance(value, (list, tuple)):
        return ("、" if spoken == "zh" else "; ").join(
            shown(name, each, spoken, before) for each in value
        )
    if isinstance(value, Mapping):
        return " ".join(shown(key, each, spoken) for key, each in value.items())
    if name.endswith("_fen") and isinstance(value, int):
        return yuan(value)
    if value is None:
        return "—"
    if spoken is None or not isinstance(value, str):
        return str(value)
    if is_subject(value):
        return _subject(value, spoken, before)
    return _word(name, value, spoken)


def _subject(subject: str, spoken: Language, before: str) -> str:
    """A subject by its kind and number; of a random id the beginning tells it from others."""
    kind, own = kind_of(subject), subject.partition(":")[2]
    is_random = len(own) == _UUID and own.count("-") == 4
    short = f"{own[:_SHORT]}…" if is_random else own
    said = before.rstrip(" “‘'").lower().endswith(_SAID)
    return short if said else f"{kind_word(kind, spoken)} {short}"


def _word(name: str, value: str, spoken: Language) -> str:
    for field in _FIELDS.get(name, (name,)):
        words = CODE_WORDS.get(field, {}).get(value)
        if words is not None:
            return words.zh if spoken == "zh" else words.en
    if name == "command" and value == _NAMELESS:
        return "" if spoken == "zh" else "what was sent"
    if value in BY_NAME and name in ("command", "done", "instead"):
        return command_title(value, spoken)
    if name in ("field", "filter", "parameter", "done") and value in FIELD_WORDS:
        title = field_title(value, spoken)
        # A parameter is written into an address or a command line, so its own name is told too.
        if name != "parameter":
            return title
        return f"{title}（{value}）" if spoken == "zh" else value
    return value


def command_title(name: str, spoken: Language) -> str:
    """A command as people call it, in quotation marks; a name that is none as it is."""
    declaration = BY_NAME.get(name)
    if declaration is None:
        return name
    command = declaration.command
    return f"“{command.ZH}”" if spoken == "zh" else f"“{command.EN}”"
