"""Bank files into the ledger: verdicts, atomicity, overlaps, the account, imports at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.imports.intake import Taken, accept, preview, read_upload
from api.imports.results import StatementFile
from api.imports.verdicts import Preview
from api.postgres import Logins
from ledger.codec import decode
from ledger.facts import StatementImported
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer, Request
from ledger.vault import READ
from ledger.writers import Scribe
from tests.api.office import FIRST, SECOND, Office, bank_file, open_office

LINES = [
    ("2022-06-30", 5_000_000, "沪江示例科技有限公司", "专利许可费"),
    ("2022-06-30", -200_000, "示例代理有限公司", "年费"),
    ("2022-07-01", 1_234, "某学生", "学费"),
]


@pytest.fixture
def office(urls: Logins, tmp_path: Path) -> Iterator[Office]:
    with open_office(urls, tmp_path) as opened:
        yield opened


def read(office: Office, data: bytes) -> StatementFile:
    return read_upload(office.home, data, "test.csv")


def take(office: Office, data: bytes, actor: str = "", **options: Any) -> Taken:
    return accept(
        office.home,
        office.connection,
        office.scribe.handle,
        actor or office.clerk,
        read(office, data),
        **options,
    )


def look(office: Office, data: bytes, **options: Any) -> Preview:
    return preview(office.home, office.connection, office.clerk, read(office, data), **options)


def refused(code: Refused, office: Office, data: bytes, **options: Any) -> Refusal:
    before = (office.count("ledger.facts"), office.count("vault.keys"))
    with pytest.raises(Refusal) as caught:
        take(office, data, **options)
    assert caught.value.code is code, caught.value
    assert (office.count("ledger.facts"), office.count("vault.keys")) == before
    return caught.value


def imported(office: Office) -> StatementImported:
    row = office.connection.execute(
        "SELECT state FROM ledger.facts ORDER BY position DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    fact = decode(bytes(row[0])).fact
    assert isinstance(fact, StatementImported)
    return fact


def test_a_file_becomes_one_fact_with_counts_sums_balances_and_its_lines_wait_in_the_vault(
    office: Office,
) -> None:
    taken = take(office, bank_file(LINES, 100))
    assert taken.answer is not None
    assert [written.topic for written in taken.answer.written] == ["statement-imported.v1"]
    fact = imported(office)
    assert (fact.accepted, fact.duplicates, fact.rejected) == (3, 0, 0)
    assert (fact.credit_fen, fact.debit_fen) == (5_001_234, 200_000)
    assert (fact.opening_fen, fact.closing_fen) == (100, 4_801_334)
    assert (fact.first_day.isoformat(), fact.last_day.isoformat()) == ("2022-06-30", "2022-07-01")
    assert fact.account == office.account
    assert fact.statement == taken.statement
    assert fact.file_sha256 == taken.preview.file.sha256
    assert office.count("vault.bank_lines") == 3


def test_texts_of_lines_can_be_revealed_and_stand_in_no_fact(office: Office) -> None:
    take(office, bank_file(LINES))
    rows = office.connection.execute("SELECT receipt FROM vault.bank_lines ORDER BY line")
    receipts = [row[0] for row in rows]
    revealed = office.home.vault.reveal(office.connection.execute(READ, (receipts,)).fetchall())
    assert revealed[receipts[0]]["payer"].text == "沪江示例科技有限公司"
    assert revealed[receipts[2]]["remittance"].text == "学费"
    assert "reference" not in revealed[receipts[0]]
    stored = b"".join(
        bytes(row[0]) for row in office.connection.execute("SELECT state FROM ledger.facts")
    )
    assert "某学生".encode() not in stored


def test_a_preview_gives_every_line_a_verdict_and_writes_nothing(office: Office) -> None:
    take(office, bank_file(LINES[:1]))
    before = (office.count("ledger.facts"), office.count("vault.keys"))
    broken = bank_file(LINES) + "\n2022-07-02,,1.005,,,甲,专利".encode()
    found = look(office, broken)
    assert [verdict.verdict for verdict in found.verdicts] == [
        "duplicate",
        "accepted",
        "accepted",
        "rejected",
    ]
    assert (found.accepted, found.duplicates, len(found.rejected)) == (2, 1, 1)
    assert found.rejected[0].rule == "amount_finer_than_fen"
    assert (office.count("ledger.facts"), office.count("vault.keys")) == before


def test_the_same_file_twice_is_no_error_and_writes_nothing(office: Office) -> None:
    take(office, bank_file(LINES))
    before = office.count("ledger.facts")
    again = take(office, bank_file(LINES))
    assert again.answer is None
    assert again.preview.duplicates == 3
    assert office.count("ledger.facts") == before
    assert office.count("vault.bank_lines") == 3


def test_of_an_overlapping_file_only_the_new_lines_are_taken(office: Office) -> None:
    take(office, bank_file(LINES))
    later = [*LINES[1:], ("2022-07-02", 77, "乙公司", "专利转让费")]
    taken = take(office, bank_file(later, 5_000_000))
    assert (taken.preview.accepted, taken.preview.duplicates) == (1, 2)
    assert imported(office).credit_fen == 77
    assert office.count("vault.bank_lines") == 4


def test_one_rejected_line_and_nothing_is_written(office: Office) -> None:
    data = bank_file(LINES) + "\n2022-07-02,,1.005,,,甲,专利".encode()
    refusal = refused(Refused.STATEMENT_HAS_REJECTED_LINES, office, data)
    assert refusal.values["rejected"] == 1
    assert refusal.values["lines"][0]["line"] == 6
    assert "小数" in refusal.values["lines"][0]["zh"]


def test_good_lines_may_be_accepted_alone_and_the_fact_counts_the_rejected(office: Office) -> None:
    data = bank_file(LINES) + "\n2022-07-02,,1.005,,,甲,专利".encode()
    take(office, data, accept_good=True)
    assert (imported(office).accepted, imported(office).rejected) == (3, 1)


def test_a_file_without_any_good_line_is_refused_even_then(office: Office) -> None:
    data = bank_file([("2022-07-16", 100, "甲", "专利")])
    refusal = refused(Refused.STATEMENT_HAS_REJECTED_LINES, office, data, accept_good=True)
    assert refusal.values["lines"][0]["rule"] == "date_lies_ahead"


def test_a_file_for_another_account_than_the_chosen_one_is_refused(office: Office) -> None:
    other = office.register_account(office.clerk, "6222000000000000999")
    refusal = refused(
        Refused.STATEMENT_BELONGS_TO_ANOTHER_ACCOUNT, office, bank_file(LINES), account=other
    )
    assert refusal.values == {"account": other, "tail": "0001"}


def test_a_file_whose_account_nobody_registered_is_refused(office: Office) -> None:
    data = bank_file(LINES, own="6222000000000000999")
    refused(Refused.STATEMENT_ACCOUNT_IS_NOT_REGISTERED, office, data)


def test_a_file_that_names_no_account_needs_one_named(office: Office) -> None:
    data = bank_file(LINES).split(b"\n", 1)[1]
    refused(Refused.STATEMENT_ACCOUNT_MUST_BE_NAMED, office, data)
    assert take(office, data, account=office.account).answer is not None


def test_an_account_number_with_blanks_is_the_same_number(office: Office) -> None:
    data = bank_file(LINES, own="1001 0000 0000 0000 001")
    assert take(office, data).preview.account.id == office.account


def test_the_account_of_another_institution_counts_as_unknown(office: Office) -> None:
    theirs = office.register_account(office.stranger)
    refused(Refused.SUBJECT_IS_UNKNOWN, office, bank_file(LINES), account=theirs)


def test_what_one_institution_took_in_is_new_to_another(office: Office) -> None:
    office.register_account(office.stranger)
    take(office, bank_file(LINES))
    taken = take(office, bank_file(LINES), actor=office.stranger)
    assert taken.preview.institution == SECOND
    assert taken.preview.accepted == 3


def test_only_a_finance_clerk_takes_files_in(office: Office) -> None:
    refused(Refused.ROLE_IS_MISSING, office, bank_file(LINES), actor=office.administrator)


def test_a_clerk_names_only_an_institution_that_is_theirs(office: Office) -> None:
    refused(Refused.ROLE_IS_MISSING, office, bank_file(LINES), institution=SECOND)
    assert look(office, bank_file(LINES), institution=FIRST).accepted == 3


def test_a_file_in_another_currency_than_the_account_is_refused(office: Office) -> None:
    rows = ["账号:,1001000000000000001", "交易日期,贷方发生额,借方发生额,币种,摘要"]
    data = "\n".join([*rows, "2022-06-30,1.00,,USD,fee"]).encode()
    refusal = refused(Refused.STATEMENT_IS_IN_ANOTHER_CURRENCY, office, data)
    assert refusal.values["currencies"] == ["USD"]


def test_an_unreadable_file_says_why_in_both_languages(office: Office) -> None:
    refusal = refused(Refused.STATEMENT_FILE_IS_UNREADABLE, office, b"%PDF-1.7")
    assert "PDF" in refusal.values["zh"]
    assert "PDF" in refusal.values["en"]


def test_an_import_that_overtakes_is_noticed_and_the_lines_are_compared_anew(
    office: Office,
) -> None:
    overtaken: list[Taken] = []

    def handle(request: Request) -> Answer:
        if not overtaken:
            overtaken.append(take(office, bank_file(LINES)))
        return office.scribe.handle(request)

    file = read(office, bank_file([*LINES, ("2022-07-02", 77, "乙公司", "专利转让费")]))
    taken = accept(office.home, office.connection, handle, office.clerk, file)
    assert (taken.preview.accepted, taken.preview.duplicates) == (1, 3)
    assert office.count("vault.bank_lines") == 4


def test_overlapping_files_imported_at_once_leave_no_line_twice(office: Office) -> None:
    files = [bank_file(LINES[: n + 1]) for n in range(3)] * 2
    start = threading.Barrier(len(files))

    def run(data: bytes) -> int:
        with (
            psycopg.connect(office.home.service_url, autocommit=True) as connection,
            Scribe(office.home.service_url, office.home.clock) as scribe,
        ):
            start.wait()
            return accept(
                office.home, connection, scribe.handle, office.clerk, read(office, data)
            ).preview.accepted

    with ThreadPoolExecutor(len(files)) as pool:
        taken = list(pool.map(run, files))
    assert sum(taken) == 3
    assert office.count("vault.bank_lines") == 3


def test_two_accounts_with_one_number_share_their_lines(office: Office) -> None:
    twin = office.register_account(office.clerk)
    take(office, bank_file(LINES), account=office.account)
    assert take(office, bank_file(LINES), account=twin).preview.duplicates == 3
    refused(Refused.STATEMENT_FITS_SEVERAL_ACCOUNTS, office, bank_file(LINES))


def test_lines_taken_in_meanwhile_under_a_twin_account_are_found_by_their_fingerprints(
    office: Office,
) -> None:
    twin = office.register_account(office.clerk)
    overtaken: list[Taken] = []

    def handle(request: Request) -> Answer:
        if not overtaken:
            overtaken.append(take(office, bank_file(LINES), account=twin))
        return office.scribe.handle(request)

    file = read(office, bank_file([*LINES, ("2022-07-02", 77, "乙公司", "专利转让费")]))
    taken = accept(
        office.home, office.connection, handle, office.clerk, file, account=office.account
    )
    assert (taken.preview.accepted, taken.preview.duplicates) == (1, 3)
    assert office.count("vault.bank_lines") == 4
    assert office.topics().count("statement-imported.v1") == 2
