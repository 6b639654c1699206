"""The form of a refusal's and a breach's words."""

from typing import NamedTuple


class Text(NamedTuple):
    """What rule was broken and how to mend it; `{name}` stands for a value of the refusal."""

    zh: str
    en: str
    mend_zh: str
    mend_en: str


class Reason(NamedTuple):
    """What exactly was wrong, where one rule can be broken in several ways; fits in brackets."""

    zh: str
    en: str


class BreachText(NamedTuple):
    """What rule reality broke; `{name}` stands for a value of the breach."""

    zh: str
    en: str
