"""Which owners of a patent are organisations: names of natural persons stay out of the log.

A rule about words, so it can be wrong; whoever brings the list says so by name, and that wins.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

from api.imports.banks import plain_title

NATURAL_PERSON: Final = "自然人"
"""What stands in the log in place of a name; once for each person."""

RULE_DATED: Final = "2026-11-22"
"""The day of this version of the rule."""

Owner = Literal["organisation", "person"]
MARKS: Final[frozenset[str]] = frozenset({"organisation", "person"})

_IN_BRACKETS = re.compile(r"[(（][^)）]*[)）]")
_HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}")
_TRANSCRIBED = re.compile(r"[\u3400-\u9fff]+(?:[·•・.][\u3400-\u9fff]+)+")
_LATIN_NAME = re.compile(r"[^\W\d_]+[.,]?(?:[\s'’-]+[^\W\d_]+[.,]?){1,4}")
_WORDS = re.compile(
    "公司|集团|大学|学院|学校|中学|小学|研究院|研究所|医院|中心|银行|协会|学会|商会|基金|企业|"
    "事务所|合作社|工作室|实验室|经营部|委员会|政府|法院|部队|工厂|商行|商店|农场|林场|电台"
)
# Endings that hardly end a given name; of four characters some more do.
_SUFFIX = re.compile(r"[院所厂局校署]$")
_LONG_SUFFIX = re.compile(r"^.{3,}[会社店行站馆部队矿场室处]$")
_LATIN_WORDS = re.compile(
    r"\b(?:inc|incorporated|ltd|limited|co|company|corp|corporation|llc|llp|plc|gmbh|ag|kg|se|sa|"
    r"sas|spa|srl|bv|nv|ab|oy|as|kk|pty|pte|group|holdings?|university|universit\w+|universidad|"
    r"college|school|academy|institut\w*|laborator\w+|labs?|cent(?:er|re)|hospital|foundation|"
    r"association|society|council|agency|ministry|department|bank|trust|technolog\w+|systems|"
    r"industries|electronics|pharma\w*|international|research|enterprises?)\b",
    re.IGNORECASE,
)


def owner_kind(name: str, marks: Mapping[str, Owner]) -> Owner:
    """What an owner's name says it is, unless `marks` (by plain name) says it.

    A person is a name of two to four Chinese characters, a transcribed one with a dot inside, or
    two to five Latin words, if no word or ending of organisations is in it.
    """
    marked = marks.get(plain_title(name))
    if marked is not None:
        return marked
    plain = _IN_BRACKETS.sub("", name).strip()
    han = "".join(plain.split())
    if _HAN_NAME.fullmatch(han) or _TRANSCRIBED.fullmatch(han):
        known = _WORDS.search(han) or _SUFFIX.search(han) or _LONG_SUFFIX.search(han)
        return "organisation" if known else "person"
    if _LATIN_NAME.fullmatch(plain) and not _LATIN_WORDS.search(plain):
        return "person"
    return "organisation"
