"""Identifiers are read tolerantly, checked exactly and stored in one form."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.identifiers import (
    IdentifierKind,
    PatentKind,
    WrongIdentifier,
    body_code_check,
    body_code_fits,
    credit_code_check,
    filing_year,
    parse_credit_code,
    parse_party_identifier,
    parse_patent_number,
    parse_pct_number,
    parse_publication_number,
    parse_uuid,
    patent_check_digit,
    patent_kind,
    split_subject,
    subject_id,
)

PATENT_VECTORS = [
    "201710601862.3",
    "95115608.X",
    "202210000001.0",
    "202210000002.5",
    "202210000003.X",
    "202320000001.0",
    "202230000001.1",
    "201880000001.2",
    "202110999999.5",
]
CREDIT_VECTORS = [
    "9144030071526726XG",
    "91330100799655058B",
    "914403001922038216",
    "91350100M000100Y43",
    "91310112MA1GD00041",
]
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
UUID = "0190c5f2-7b3e-7c11-9a55-0123456789ab"

new_bodies = st.builds(
    lambda year, kind, serial: f"{year}{kind}{serial:07d}",
    st.integers(2003, 2099),
    st.sampled_from("12389"),
    st.integers(0, 9_999_999),
)
old_bodies = st.builds(
    lambda year, kind, serial: f"{year % 100:02d}{kind}{serial:05d}",
    st.integers(1985, 2003),
    st.sampled_from("12389"),
    st.integers(0, 99_999),
)
credit_bodies = st.from_regex(
    rf"[{CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_ALPHABET}]{{9}}", fullmatch=True
)


@pytest.mark.parametrize("written", PATENT_VECTORS)
def test_known_application_numbers_pass_and_lose_their_dot(written: str) -> None:
    canonical = written.replace(".", "")
    assert parse_patent_number(written) == canonical
    assert patent_check_digit(canonical[:-1]) == canonical[-1]


@pytest.mark.parametrize(
    "written",
    [
        "ZL202210000003.X",
        "zl 2022 1 0000003.x",
        "CN202210000003X",
        "CN ZL202210000003.x",
        "ＺＬ２０２２１００００００３．Ｘ",
        " 202210000003.ｘ\u3000",
        "202210000003X",
    ],
)
def test_an_application_number_is_read_however_it_is_written(written: str) -> None:
    assert parse_patent_number(written) == "202210000003X"


def test_an_old_application_number_keeps_nine_characters() -> None:
    assert parse_patent_number("ZL 95 1 15608.x") == "95115608X"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("", "patent_number_is_malformed"),
        ("2022100000030X", "patent_number_is_malformed"),
        ("20221000000.3X", "patent_number_is_malformed"),
        ("202210000003..X", "patent_number_is_malformed"),
        ("CN101234567A", "patent_number_is_malformed"),
        ("②02210000003X", "patent_number_is_malformed"),
        ("USZL202210000003X", "patent_number_is_malformed"),
        ("200210000001.0", "patent_number_year_is_wrong"),
        ("84115608.X", "patent_number_year_is_wrong"),
        ("04115608.X", "patent_number_year_is_wrong"),
        ("202240000001.0", "patent_number_type_is_wrong"),
        ("95415608.X", "patent_number_type_is_wrong"),
    ],
)
def test_a_number_that_cannot_exist_is_refused_by_its_own_rule(written: str, rule: str) -> None:
    with pytest.raises(WrongIdentifier) as refused:
        parse_patent_number(written)
    assert refused.value.rule == rule
    assert refused.value.facts["value"] == written


def test_a_wrong_check_digit_is_refused_and_the_right_one_named() -> None:
    with pytest.raises(WrongIdentifier) as refused:
        parse_patent_number("ZL202210000003.1")
    assert refused.value.rule == "patent_check_digit_is_wrong"
    assert refused.value.facts == {"value": "ZL202210000003.1", "expected": "X"}
    assert "patent check digit is wrong" in str(refused.value)


def test_a_missing_check_digit_is_named() -> None:
    with pytest.raises(WrongIdentifier) as refused:
        parse_patent_number("201710601862")
    assert refused.value.rule == "patent_number_lacks_check_digit"
    assert refused.value.facts["expected"] == "3"


@given(new_bodies | old_bodies)
def test_every_number_with_its_own_check_digit_passes(body: str) -> None:
    canonical = body + patent_check_digit(body)
    assert parse_patent_number(f"ZL{body}.{patent_check_digit(body).lower()}") == canonical
    assert parse_patent_number(canonical) == canonical


@given(new_bodies, st.integers(5, 11), st.sampled_from("0123456789"))
def test_one_wrong_digit_in_the_serial_is_always_noticed(body: str, at: int, digit: str) -> None:
    assume(body[at] != digit)
    slipped = body[:at] + digit + body[at + 1 :] + patent_check_digit(body)
    with pytest.raises(WrongIdentifier) as refused:
        parse_patent_number(slipped)
    assert refused.value.rule == "patent_check_digit_is_wrong"


@pytest.mark.parametrize("body", ["", "2022100000", "20221000000X", "２０２２１０００", "²0221000"])
def test_a_check_digit_is_computed_of_plain_digits_only(body: str) -> None:
    with pytest.raises(WrongIdentifier):
        patent_check_digit(body)


@pytest.mark.parametrize(
    ("number", "kind", "year"),
    [
        ("201710601862.3", PatentKind.INVENTION, 2017),
        ("202320000001.0", PatentKind.UTILITY_MODEL, 2023),
        ("202230000001.1", PatentKind.DESIGN, 2022),
        ("201880000001.2", PatentKind.INVENTION, 2018),
        ("201890000001" + patent_check_digit("201890000001"), PatentKind.UTILITY_MODEL, 2018),
        ("95115608.X", PatentKind.INVENTION, 1995),
        ("02201234" + patent_check_digit("02201234"), PatentKind.UTILITY_MODEL, 2002),
    ],
)
def test_a_number_tells_the_kind_and_the_year_of_filing(
    number: str, kind: PatentKind, year: int
) -> None:
    assert patent_kind(number) is kind
    assert filing_year(number) == year


@pytest.mark.parametrize("code", CREDIT_VECTORS)
def test_known_credit_codes_pass(code: str) -> None:
    assert parse_credit_code(code) == code
    assert parse_credit_code(f" {code[:8].lower()} {code[8:].lower()} ") == code
    assert credit_code_check(code[:17]) == code[17]


@pytest.mark.parametrize("code", CREDIT_VECTORS[:4])
def test_known_credit_codes_hold_a_fitting_body_code(code: str) -> None:
    assert body_code_fits(code)
    assert body_code_check(code[8:16]) == code[16]


def test_a_wrong_check_character_is_refused_and_the_right_one_named() -> None:
    with pytest.raises(WrongIdentifier) as refused:
        parse_credit_code("9144030071526726XH")
    assert refused.value.rule == "credit_code_check_is_wrong"
    assert refused.value.facts == {"value": "9144030071526726XH", "expected": "G"}


def test_a_body_code_that_does_not_fit_is_a_warning_and_no_refusal() -> None:
    first17 = "91440300715267261"
    code = parse_credit_code(first17 + credit_code_check(first17))
    assert not body_code_fits(code)


@pytest.mark.parametrize(
    "written",
    ["", "9144030071526726X", "9144030071526726XGG", "91A403007152672600", "9I44030071526726XG"],
)
def test_a_malformed_credit_code_is_refused(written: str) -> None:
    with pytest.raises(WrongIdentifier) as refused:
        parse_credit_code(written)
    assert refused.value.rule == "credit_code_is_malformed"


@given(credit_bodies, st.integers(8, 16), st.sampled_from(CREDIT_ALPHABET))
def test_one_wrong_character_in_a_credit_code_is_always_noticed(
    first17: str, at: int, char: str
) -> None:
    code = first17 + credit_code_check(first17)
    assert parse_credit_code(code) == code
    assume(code[at] != char)
    with pytest.raises(WrongIdentifier) as refused:
        parse_credit_code(code[:at] + char + code[at + 1 :])
    assert refused.value.rule == "credit_code_check_is_wrong"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("cn 101234567 b", "CN101234567B"),
        ("CN1234567A", "CN1234567A"),
        ("CN211234567U", "CN211234567U"),
        ("CN305123456S", "CN305123456S"),
    ],
)
def test_a_publication_number_is_read(written: str, canonical: str) -> None:
    assert parse_publication_number(written) == canonical


@pytest.mark.parametrize("written", ["CN101234567U", "CN401234567A", "CN10123456A", "101234567A"])
def test_a_publication_number_whose_letter_does_not_suit_is_refused(written: str) -> None:
    with pytest.raises(WrongIdentifier, match="publication number is malformed"):
        parse_publication_number(written)


def test_an_international_application_number_is_read() -> None:
    assert parse_pct_number("pct／cn2021／123456") == "PCT/CN2021/123456"
    with pytest.raises(WrongIdentifier, match="pct number is malformed"):
        parse_pct_number("PCT/CN21/123456")


@pytest.mark.parametrize(
    ("kind", "written", "canonical"),
    [
        (IdentifierKind.CREDIT_CODE, "9144030071526726xg", "9144030071526726XG"),
        (IdentifierKind.FOREIGN_REGISTER, "de-hrb 12345", "DE-HRB12345"),
        (IdentifierKind.HK_MACAO_TAIWAN, "HK-1234567", "HK-1234567"),
        (IdentifierKind.INDIVIDUAL, UUID, UUID),
    ],
)
def test_parties_of_every_kind_have_an_identifier(
    kind: IdentifierKind, written: str, canonical: str
) -> None:
    assert parse_party_identifier(kind, written) == canonical
    assert parse_party_identifier(kind, canonical) == canonical


@pytest.mark.parametrize(
    ("kind", "written", "rule"),
    [
        (IdentifierKind.FOREIGN_REGISTER, "TW-12345678", "register_place_does_not_suit"),
        (IdentifierKind.FOREIGN_REGISTER, "CN-12345678", "register_place_does_not_suit"),
        (IdentifierKind.HK_MACAO_TAIWAN, "DE-HRB12345", "register_place_does_not_suit"),
        (IdentifierKind.FOREIGN_REGISTER, "HRB12345", "register_number_is_malformed"),
        (IdentifierKind.INDIVIDUAL, "310101199001011234", "uuid_is_not_canonical"),
    ],
)
def test_an_identifier_of_another_kind_is_refused(
    kind: IdentifierKind, written: str, rule: str
) -> None:
    with pytest.raises(WrongIdentifier) as refused:
        parse_party_identifier(kind, written)
    assert refused.value.rule == rule


@pytest.mark.parametrize("text", [UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}", UUID + "\n"])
def test_a_uuid_in_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(WrongIdentifier) as refused:
        parse_uuid(text)
    assert refused.value.rule == "uuid_is_not_canonical"


@pytest.mark.parametrize(
    ("kind", "own_id"),
    [
        ("patent", "202210000003X"),
        ("patent", "95115608X"),
        ("institution", "91310112MA1GD00041"),
        ("counterparty", "9144030071526726XG"),
        ("counterparty", UUID),
        ("log", "main"),
        ("fund", "reward-fund-2022"),
        ("policy", "sme-size.2011"),
        ("contract", UUID),
        ("bank-line", UUID),
    ],
)
def test_a_subject_comes_apart_as_it_was_put_together(kind: str, own_id: str) -> None:
    assert subject_id(kind, own_id) == f"{kind}:{own_id}"
    assert split_subject(f"{kind}:{own_id}") == (kind, own_id)


@pytest.mark.parametrize(
    ("subject", "rule"),
    [
        ("patent", "subject_is_malformed"),
        ("Patent:202210000003X", "subject_kind_is_malformed"),
        (":202210000003X", "subject_kind_is_malformed"),
        ("patent:202210000003.X", "identifier_is_not_canonical"),
        ("patent:202210000003x", "identifier_is_not_canonical"),
        ("institution:91310112ma1gd00041", "identifier_is_not_canonical"),
        ("counterparty:某某公司", "credit_code_is_malformed"),
        ("counterparty:DE-HRB12345", "credit_code_is_malformed"),
        (f"institution:{UUID}", "credit_code_is_malformed"),
        ("fund:Reward Fund", "given_code_is_malformed"),
        ("contract:reward-fund-2022", "uuid_is_not_canonical"),
        (f"contract:{UUID}:more", "uuid_is_not_canonical"),
    ],
)
def test_a_subject_that_is_not_canonical_is_refused(subject: str, rule: str) -> None:
    with pytest.raises(WrongIdentifier) as refused:
        split_subject(subject)
    assert refused.value.rule == rule
