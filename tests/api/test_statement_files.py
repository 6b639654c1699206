"""Bank statement files: every layout, every refusal, overlaps, and arbitrary bytes."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from api.imports import statement
from api.imports.fingerprint import fingerprints
from api.imports.refusal_texts import FILE_RULES, LINE_RULES
from api.imports.statement import StatementFile, UnreadableFile, read_statement
from tests.api.strange_files import LIMITS_OF_READING, says_it_unpacks_to

FIXTURES = Path(__file__).parent.parent / "fixtures" / "statements"
CORPORATE = ("icbc", "ccb", "abc", "boc", "bocom", "spdb", "cmb", "bosc")
OWN_ACCOUNTS = {
    "icbc": "1001000000000000001",
    "ccb": "31001000000000000002",
    "abc": "03400000000000003",
    "boc": "444400000000000004",
    "bocom": "310066600000000005",
    "spdb": "9700000000000006",
    "cmb": "121900000000007",
    "bosc": "0316000000000000008",
}
HEADER = "交易日期,交易时间,借方发生额,贷方发生额,余额,对方账号,对方户名,摘要"
MARKED = "交易日期,借贷标志,交易金额,余额,摘要"


def text_of(name: str) -> str:
    return (FIXTURES / f"{name}.csv").read_text("utf-8")


def read(*rows: str, header: str = HEADER) -> StatementFile:
    return read_statement("\n".join((header, *rows)).encode(), "test.csv")


def workbook(rows: Sequence[Sequence[object]], sheets: int = 1) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for _ in range(sheets):
            sheet = book.add_worksheet()
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(y, x, cell, day)
                    else:
                        sheet.write(y, x, cell)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("bank", CORPORATE)
def test_a_corporate_export_is_read_alike_in_every_encoding(bank: str, encoding: str) -> None:
    text = text_of(f"{bank}-corporate").replace("\n", "\r\n")
    file = read_statement(text.encode(encoding), f"{bank}.csv")
    assert file.encoding == encoding
    assert file.rejected == ()
    assert file.account_number == OWN_ACCOUNTS[bank]
    assert file.account_name == (None if bank == "icbc" else "示例大学")
    came_in, went_out = file.lines
    assert (came_in.amount_fen, went_out.amount_fen) == (5_000_000, -200_000)
    assert (came_in.booking_date, came_in.time) == (date(2022, 6, 30), "10:11:12")
    assert came_in.value_date == (date(2022, 7, 1) if bank == "boc" else date(2022, 6, 30))
    assert (came_in.payer_name, came_in.payer_account) == (
        "沪江示例科技有限公司",
        "3100660000000011",
    )
    assert went_out.payer_name == "示例代理有限公司"
    assert "专利许可费" in came_in.remittance
    assert (file.opening_fen, file.closing_fen, file.currency) == (10_000_000, 14_800_000, "CNY")
    assert file.balance_breaks == 0


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_the_personal_export_of_cmb_has_signed_amounts_and_one_cell_for_the_payer(
    encoding: str,
) -> None:
    file = read_statement(text_of("cmb-personal").encode(encoding), "cmb.csv")
    assert (file.kind, file.rejected) == ("csv-cmb", ())
    assert [line.amount_fen for line in file.lines] == [1_200_000, -100_050, -950]
    first = file.lines[0]
    assert (first.payer_name, first.payer_account) == ("沪江示例科技有限公司", "310066000000001")
    assert first.remittance == "转账汇款 许可费首付"
    assert (file.opening_fen, file.closing_fen) == (300_000, 1_399_000)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_the_personal_export_of_icbc_has_titles_totals_padding_and_masked_balances(
    encoding: str,
) -> None:
    file = read_statement(text_of("icbc-personal").encode(encoding), "icbc.csv")
    assert (file.kind, file.account_number, file.rejected) == ("csv-icbc", "6222****0001", ())
    assert [(line.number, line.amount_fen) for line in file.lines] == [(8, -1340), (9, 123_456)]
    assert file.lines[0].balance_fen is None
    assert file.lines[0].payer_name == "示例支付（上海）有限公司"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_the_personal_export_of_bocom_marks_direction_and_runs_backwards(encoding: str) -> None:
    file = read_statement(text_of("bocom-personal").encode(encoding), "bocom.csv")
    assert (file.kind, file.rejected, file.balance_breaks) == ("csv-bocom", (), 0)
    assert [line.amount_fen for line in file.lines] == [50_000, -10_000, 123]
    assert (file.opening_fen, file.closing_fen) == (109_877, 150_000)


BROKEN = {
    "date_missing": (HEADER, ",,,5.00,,1,甲,款"),
    "date_malformed": (HEADER, "30/06/2022,,,5.00,,1,甲,款"),
    "time_malformed": (HEADER, "20220630,25:00,,5.00,,1,甲,款"),
    "amount_missing": (HEADER, "20220630,,,,,1,甲,款"),
    "amount_malformed": (HEADER, '20220630,,,"1,23.00",,1,甲,款'),
    "amount_is_zero": (HEADER, "20220630,,0.00,0.00,,1,甲,款"),
    "amount_finer_than_fen": (HEADER, "20220630,,,1.005,,1,甲,款"),
    "amount_too_large": (HEADER, "20220630,,,3100660000000011,,1,甲,款"),
    "amount_in_scientific_form": (HEADER, "20220630,,,1.2E+06,,1,甲,款"),
    "both_debit_and_credit": (HEADER, "20220630,,5.00,5.00,,1,甲,款"),
    "amounts_disagree": ("交易日期,收入,支出,发生额", "20220630,5.00,,6.00"),
    "direction_missing": (MARKED, "20220630,,5.00,,款"),
    "direction_not_known": (MARKED, "20220630,左,5.00,,款"),
    "sign_contradicts_direction": (MARKED, "20220630,借,-5.00,,款\n20220630,贷,-5.00,,款"),
    "currency_not_known": ("交易日期,币种,收入,支出", "20220630,贝壳,5.00,"),
    "account_in_scientific_form": (HEADER, "20220630,,,5.00,,6.22202E+18,甲,款"),
    "balance_malformed": (HEADER, "20220630,,,5.00,12元3,1,甲,款".replace("元", "a")),
    "balance_does_not_follow": (
        HEADER,
        "20220630,,,5.00,5.00,1,甲,款\n20220630,,,5.00,10.00,1,甲,款\n"
        "20220630,,,5.00,15.00,1,甲,款\n20220630,,,5.00,21.00,1,甲,款",
    ),
    "more_cells_than_columns": (HEADER, "20220630,,,1,234.56,1,甲,款,多"),
}


def test_every_line_rule_has_an_example() -> None:
    assert set(BROKEN) == set(LINE_RULES)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_line_is_rejected_with_its_rule_and_how_to_mend_it(rule: str) -> None:
    header, rows = BROKEN[rule]
    good = read(rows, header=header)
    assert [line.rule for line in good.rejected] == [rule]
    (found,) = good.rejected
    assert found.number == 1 + len(rows.splitlines())
    assert found.field
    assert f"第{found.number}行" in found.zh
    assert f"line {found.number}" in found.en
    assert "{" not in found.zh + found.en


def test_an_unquoted_thousands_comma_is_rejected_even_when_the_last_column_is_empty() -> None:
    file = read("20220630,,,234.00,,1,甲,款", "20220630,,,1,234.00,1,甲,款,")
    assert [(line.number, line.rule) for line in file.rejected] == [(3, "more_cells_than_columns")]


def test_negative_amounts_are_reversals_kept_with_a_flag() -> None:
    columns = read("20220630,,-5.00,,,1,甲,冲正", "20220630,,,-7.00,,1,甲,款")
    assert [(x.amount_fen, x.reversal) for x in columns.lines] == [(500, True), (-700, True)]
    marked = read("20220630,借,5.00,,款", "20220630,贷,-7.00,,款", header=MARKED)
    assert [(x.amount_fen, x.reversal) for x in marked.lines] == [(-500, False), (-700, True)]


def test_amounts_that_carry_their_own_sign_beside_a_mark_are_no_reversals() -> None:
    file = read("20220630,借,-5.00,,款", "20220630,贷,7.00,,款", header=MARKED)
    assert [(x.amount_fen, x.reversal) for x in file.lines] == [(-500, False), (700, False)]


def test_one_wrong_balance_blames_its_own_line_and_a_filtered_export_blames_none() -> None:
    amounts = "20220630,,,1.00,{}.00,1,甲,款"
    wrong = read(*(amounts.format(b) for b in (1, 2, 9, 4, 5)))
    assert [(x.number, x.rule) for x in wrong.rejected] == [(4, "balance_does_not_follow")]
    filtered = read(*(amounts.format(b) for b in (1, 2, 5, 6, 9, 10)))
    assert (filtered.rejected, filtered.balance_breaks) == ((), 2)


def test_titles_on_two_rows_are_merged() -> None:
    file = read(",借方,贷方,", "20220630,2.00,,款", header="交易日期,发生额,,摘要")
    assert [line.amount_fen for line in file.lines] == [-200]


def test_a_workbook_is_read_like_the_text_and_serial_dates_are_dates() -> None:
    data = workbook(
        [
            ["示例银行账户明细"],
            ["账号：", "0310000000000001", "户名：", "示例大学"],
            HEADER.split(","),
            [date(2022, 6, 30), "10:11:12", "", 50000.1, 50000.1, "031000000001", "甲", "费"],
            [44742, "", 0.3, "", 49999.8, 622202123456, "乙", "费"],
            [44742, "", 0.3, "", 49999.5, 6222021234567890123, "丙", "费"],
        ]
    )
    file = read_statement(data, "a.xlsx")
    assert (file.kind, file.account_number) == ("xlsx-generic", "0310000000000001")
    assert [x.amount_fen for x in file.lines] == [5_000_010, -30]
    assert {x.booking_date for x in file.lines} == {date(2022, 6, 30)}
    assert file.lines[1].payer_account == "622202123456"
    assert [(x.number, x.rule) for x in file.rejected] == [(6, "account_in_scientific_form")]


def test_an_xls_that_is_html_is_read() -> None:
    rows = [HEADER.split(","), ["2022-06-30", "", "", "1,000.00", "", "31001", "甲&amp;乙", "费"]]
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    file = read_statement(f"<html><table>{body}</table></html>".encode("gb18030"), "a.xls")
    assert [(x.amount_fen, x.payer_name) for x in file.lines] == [(100_000, "甲&乙")]


def no_workbook_archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("OFD.xml", "<OFD/>")
    return target.getvalue()


ROW: list[object] = ["20220630", "", "", 5, "", "1", "甲", "款"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNREADABLE: dict[str, Callable[[], bytes]] = {
    "file_is_empty": lambda: b" \r\n",
    "file_too_large": lambda: b"a" * (statement.FILE_BYTES_MAX + 1),
    "format_not_known": no_workbook_archive,
    "binary_content": lambda: b"abc\x00\x01\x02",
    "encoding_broken": lambda: (HEADER + "\n20220630,").encode() + b"\xff,",
    "csv_malformed": lambda: (HEADER + "\n20220630," + "9" * 200_000).encode(),
    "header_not_found": lambda: "甲,乙,丙\n1,2,3".encode(),
    "header_maps_twice": lambda: f"{HEADER},对方名称\n".encode(),
    "no_lines": lambda: f"{HEADER}\n合计,,1.00,\n".encode(),
    "several_sheets": lambda: workbook([HEADER.split(","), ROW], sheets=2),
    "several_accounts": lambda: (
        "交易日期,收入,支出,本方账号\n20220630,1,,11\n20220630,1,,22".encode()
    ),
    "encrypted_file": lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "workbook_broken": lambda: OLE + b"x" * 600,
    "workbook_too_large": lambda: says_it_unpacks_to(700 << 20),
}


def test_every_file_rule_has_an_example() -> None:
    assert set(UNREADABLE) | LIMITS_OF_READING == set(FILE_RULES)


@pytest.mark.parametrize("rule", UNREADABLE)
def test_an_unreadable_file_says_which_rule_and_how_to_mend_it(rule: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_statement(UNREADABLE[rule](), "export.bin")
    assert refused.value.rule == rule
    assert "{" not in refused.value.zh + refused.value.en


def test_broken_utf_8_names_the_byte_and_a_missing_header_names_the_columns() -> None:
    good = (HEADER + "\n20220630,").encode()
    with pytest.raises(UnreadableFile) as broken:
        read_statement(good + b"\xff,", "a.csv")
    assert broken.value.facts == {"encoding": "utf-8", "byte": len(good)}
    with pytest.raises(UnreadableFile, match=r"交易日期.*借方发生额"):
        read_statement(b"a,b,c\n1,2,3", "a.csv")


def test_overlapping_files_share_the_fingerprints_of_shared_lines_only() -> None:
    day = "{},,,5.00,,1,甲,款"
    first = read(*(day.format(d) for d in ("20220629", "20220630", "20220630")))
    other = read(*(day.format(d) for d in ("20220701", "20220630", "20220630")))
    ours, theirs = (fingerprints(file, b"key", "31 01") for file in (first, other))
    assert len(set(ours)) == 3
    assert set(ours) & set(theirs) == set(ours[1:])
    assert set(fingerprints(first, b"key", "3101")) == set(ours)
    assert not set(fingerprints(first, b"key", "3102")) & set(ours)
    assert not set(fingerprints(first, b"other key", "3101")) & set(ours)


def test_a_partial_day_adds_only_the_lines_that_were_missing() -> None:
    line = "20220630,,,5.00,,1,甲,款"
    partial, full = read(line), read(line, line)
    seen = set(fingerprints(partial, b"key", "1"))
    assert [mark in seen for mark in fingerprints(full, b"key", "1")] == [True, False]


SEEDS = [
    *(text_of(f"{bank}-corporate").encode("gb18030") for bank in CORPORATE),
    text_of("icbc-personal").encode("utf-8"),
    text_of("bocom-personal").encode("utf-16"),
    workbook([HEADER.split(","), ROW]),
    b"<html><table><tr><td>1</td></tr></table></html>",
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 6), st.binary(max_size=6)), max_size=8),
)
def test_mutilated_bytes_are_read_or_refused_and_nothing_else(
    seed: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    data = seed
    for start, length, instead in cuts:
        at = start % (len(data) + 1)
        data = data[:at] + instead + data[at + length :]
    try:
        file = read_statement(data, "mutilated")
    except UnreadableFile:
        return
    assert len(fingerprints(file, b"key", "1")) == len(file.lines)
    assert all(line.amount_fen for line in file.lines)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(max_size=8), max_size=8), max_size=5))
def test_any_cells_under_a_header_are_read_or_refused(rows: list[list[str]]) -> None:
    text = "\n".join([HEADER, *(",".join(row) for row in rows)])
    try:
        read_statement(text.encode("utf-8", "replace"), "cells.csv")
    except UnreadableFile:
        return
