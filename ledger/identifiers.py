"""Numbers that name things outside this ledger, read from how people write them and checked."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PATENT = re.compile(r"(?:CN)?(?:ZL)?(?P<body>[0-9]{12}|[0-9]{8})(?:\.?(?P<check>[0-9X]))?")
_PUBLICATION = re.compile(r"CN(?P<serial>[123](?:[0-9]{8}|[0-9]{6}))(?P<kind>[A-Z])")
_PCT = re.compile(r"PCT/[A-Z]{2}(?:19|20)[0-9]{2}/[0-9]{6}")
_PUBLICATION_KINDS = {"1": "ABC", "2": "UY", "3": "SD"}

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}")
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

_REGISTER_NUMBER = re.compile(r"(?P<place>[A-Z]{2})-[A-Z0-9][A-Z0-9./-]{0,47}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KIND = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_GIVEN_CODE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_OWN_REGIONS = frozenset({"HK", "MO", "TW"})

GIVEN_CODE_KINDS = frozenset({"fund", "log", "policy"})
"""Kinds of subject whose id is a code that somebody chose, not a UUID."""


class WrongIdentifier(ValueError):
    """An identifier breaks a rule: `rule` names it in snake case, `facts` carries the values."""

    def __init__(self, rule: str, **facts: str) -> None:
        shown = ", ".join(f"{name} {value!r}" for name, value in facts.items())
        super().__init__(f"{rule.replace('_', ' ')}: {shown}")
        self.rule = rule
        self.facts: dict[str, str] = facts


class PatentKind(StrEnum):
    """The three kinds of Chinese patent."""

    INVENTION = "invention"
    UTILITY_MODEL = "utility-model"
    DESIGN = "design"


_KIND_BY_TYPE = {
    "1": PatentKind.INVENTION,
    "2": PatentKind.UTILITY_MODEL,
    "3": PatentKind.DESIGN,
    "8": PatentKind.INVENTION,  # entered from a PCT application
    "9": PatentKind.UTILITY_MODEL,  # entered from a PCT application
}


class IdentifierKind(StrEnum):
    """What a party is known by; only bodies registered on the mainland have a credit code."""

    CREDIT_CODE = "credit-code"
    FOREIGN_REGISTER = "foreign-register"
    INDIVIDUAL = "individual"
    HK_MACAO_TAIWAN = "hk-macao-taiwan"


def _compact(text: str) -> str:
    """Half-width, upper case, no white space."""
    return "".join(text.translate(_FULL_WIDTH).split()).upper()


def patent_check_digit(body: str) -> str:
    """Check character of the 12 digits (or 8, before 2003-10-01) of an application number.

    Sum of digit times weight (2 to 9, then 2 to 5) modulo 11, ten written as X (ZC 0006-2003).
    """
    if len(body) not in (8, 12) or not (body.isascii() and body.isdigit()):
        raise WrongIdentifier("patent_number_is_malformed", value=body)
    weighed = zip(body, _PATENT_WEIGHTS, strict=False)  # the old form uses the first eight weights
    remainder = sum(int(digit) * weight for digit, weight in weighed) % 11
    return "X" if remainder == 10 else str(remainder)


@lru_cache(maxsize=65_536)
def parse_patent_number(text: str) -> str:
    """Canonical application number: 13 characters without a dot, or 9 before 2003-10-01.

    Taken: ZL and CN in front, the dot, spaces, full-width characters, a lower-case x. Refuses by
    WrongIdentifier `patent_number_is_malformed`, `patent_number_year_is_wrong`,
    `patent_number_type_is_wrong`, `patent_number_lacks_check_digit` and
    `patent_check_digit_is_wrong`; the last two name the digit that belongs there.
    """
    found = _PATENT.fullmatch(_compact(text))
    if found is None:
        raise WrongIdentifier("patent_number_is_malformed", value=text)
    body, check = found["body"], found["check"]
    if not _year_fits(body):
        raise WrongIdentifier("patent_number_year_is_wrong", value=text, year=_year_part(body))
    if _type_digit(body) not in _KIND_BY_TYPE:
        raise WrongIdentifier("patent_number_type_is_wrong", value=text, type=_type_digit(body))
    expected = patent_check_digit(body)
    if check is None:
        raise WrongIdentifier("patent_number_lacks_check_digit", value=text, expected=expected)
    if check != expected:
        raise WrongIdentifier("patent_check_digit_is_wrong", value=text, expected=expected)
    return body + check


def _is_old(body: str) -> bool:
    return len(body) < 12


def _year_part(body: str) -> str:
    return body[:2] if _is_old(body) else body[:4]


def _type_digit(body: str) -> str:
    return body[2] if _is_old(body) else body[4]


def _year_fits(body: str) -> bool:
    """Old numbers run from 1985 to 2003, new ones from 2003 on."""
    year = int(_year_part(body))
    return year >= 85 or year <= 3 if _is_old(body) else 2003 <= year < 2100


def patent_kind(number: str) -> PatentKind:
    """Kind of a canonical application number; types 8 and 9 came through a PCT application."""
    return _KIND_BY_TYPE[_type_digit(parse_patent_number(number))]


def filing_year(number: str) -> int:
    """Year of filing in a canonical application number (of the PCT filing, for types 8 and 9)."""
    canonical = parse_patent_number(number)
    year = int(_year_part(canonical))
    if not _is_old(canonical):
        return year
    return 1900 + year if year >= 85 else 2000 + year


def parse_publication_number(text: str) -> str:
    """Canonical Chinese publication number: CN, 7 or 9 digits, kind letter; raises if malformed.

    The first digit tells invention, utility model or design, and the letter must suit it. The
    number has no check digit, so a slip in the serial cannot be seen.
    """
    compact = _compact(text)
    found = _PUBLICATION.fullmatch(compact)
    if found is None or found["kind"] not in _PUBLICATION_KINDS[found["serial"][0]]:
        raise WrongIdentifier("publication_number_is_malformed", value=text)
    return compact


def parse_pct_number(text: str) -> str:
    """Canonical international application number, PCT/CCyyyy/nnnnnn; raises if malformed."""
    compact = _compact(text)
    if not _PCT.fullmatch(compact):
        raise WrongIdentifier("pct_number_is_malformed", value=text)
    return compact


def credit_code_check(first17: str) -> str:
    """Check character of a unified social credit code's first 17 (GB 32100-2015)."""
    if len(first17) != 17 or not set(first17) <= set(_CREDIT_ALPHABET):
        raise WrongIdentifier("credit_code_is_malformed", value=first17)
    weighed = zip(first17, _CREDIT_WEIGHTS, strict=True)
    total = sum(_CREDIT_ALPHABET.index(char) * weight for char, weight in weighed)
    return _CREDIT_ALPHABET[-total % 31]


def parse_credit_code(text: str) -> str:
    """Canonical unified social credit code: 18 characters, upper case.

    Taken: spaces, full-width characters, lower case. Refuses by WrongIdentifier
    `credit_code_is_malformed` (length, a letter outside the alphabet such as I, O, S, V or Z, a
    district that is no number) and `credit_code_check_is_wrong`, which names the right character.
    A body code whose own check fails is let pass: see `body_code_fits`.
    """
    code = _compact(text)
    if not _CREDIT_CODE.fullmatch(code):
        raise WrongIdentifier("credit_code_is_malformed", value=text)
    expected = credit_code_check(code[:17])
    if code[17] != expected:
        raise WrongIdentifier("credit_code_check_is_wrong", value=text, expected=expected)
    return code


def body_code_check(first8: str) -> str:
    """Check character of an organisation code's first 8 characters (GB 11714)."""
    if not re.fullmatch(r"[0-9A-Z]{8}", first8):
        raise WrongIdentifier("body_code_is_malformed", value=first8)
    weighed = zip(first8, _BODY_WEIGHTS, strict=True)
    remainder = -sum(int(char, 36) * weight for char, weight in weighed) % 11
    return "X" if remainder == 10 else str(remainder)


def body_code_fits(code: str) -> bool:
    """Whether the organisation code inside a canonical credit code has its right check digit.

    False is a warning only: codes from before the standard are in lawful use.
    """
    return body_code_check(code[8:16]) == code[16]


def parse_party_identifier(kind: IdentifierKind, text: str) -> str:
    """Canonical identifier of a party of this kind.

    A credit code is checked whole. A register number is written CC-number, with the country's two
    letters in front; HK, MO and TW belong to `hk-macao-taiwan` alone. An individual is a UUID made
    for them: a number from an identity card is personal data and has no place in the log.
    """
    match kind:
        case IdentifierKind.CREDIT_CODE:
            return parse_credit_code(text)
        case IdentifierKind.INDIVIDUAL:
            return parse_uuid(text)
        case IdentifierKind.FOREIGN_REGISTER | IdentifierKind.HK_MACAO_TAIWAN:
            compact = _compact(text)
            found = _REGISTER_NUMBER.fullmatch(compact)
            if found is None:
                raise WrongIdentifier("register_number_is_malformed", value=text)
            own_region = kind is IdentifierKind.HK_MACAO_TAIWAN
            if found["place"] == "CN" or (found["place"] in _OWN_REGIONS) != own_region:
                raise WrongIdentifier("register_place_does_not_suit", value=text, kind=kind.value)
            return compact
        case _:
            assert_never(kind)


def parse_uuid(text: str) -> str:
    """Give a UUID back if it is written canonically: lower case, with hyphens, nothing around."""
    if not _UUID.fullmatch(text):
        raise WrongIdentifier("uuid_is_not_canonical", value=text)
    return text


def subject_id(kind: str, own_id: str) -> str:
    """Name a subject as `kind:id`; the id must already be canonical for the kind.

    patent: application number; institution: credit code; counterparty: credit code, or a UUID for
    a party that has none; fund, policy and log: a given code; every other kind: a UUID. Raises
    WrongIdentifier.
    """
    if not _KIND.fullmatch(kind):
        raise WrongIdentifier("subject_kind_is_malformed", value=kind)
    if kind == "patent":
        canonical = parse_patent_number(own_id)
    elif kind == "institution" or (kind == "counterparty" and not _UUID.fullmatch(own_id)):
        canonical = parse_credit_code(own_id)
    elif kind in GIVEN_CODE_KINDS:
        canonical = _parse_given_code(own_id)
    else:
        canonical = parse_uuid(own_id)
    if canonical != own_id:
        raise WrongIdentifier("identifier_is_not_canonical", value=own_id, expected=canonical)
    return f"{kind}:{own_id}"


def _parse_given_code(text: str) -> str:
    if len(text) > 64 or not _GIVEN_CODE.fullmatch(text):
        raise WrongIdentifier("given_code_is_malformed", value=text)
    return text


def split_subject(subject: str) -> tuple[str, str]:
    """Take a subject id apart into kind and id, checking both as `subject_id` does."""
    kind, colon, own_id = subject.partition(":")
    if not colon:
        raise WrongIdentifier("subject_is_malformed", value=subject)
    subject_id(kind, own_id)
    return kind, own_id
