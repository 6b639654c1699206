"""Lists that offices keep: what each sample would add, what is refused, what comes twice."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from api.imports.intake import accept as accept_statement
from api.imports.intake import read_upload
from api.lists.intake import Asked, ListPreview, ListTaken, accept, preview
from api.lists.owners import owner_kind
from api.lists.words import by_concern, counts_line, preview_as_json, row_note, taken_as_json
from api.postgres import Logins
from api.states import state_of
from ledger.actors import Role
from ledger.identifiers import body_code_check, credit_code_check
from ledger.refusals import Refusal, Refused
from tests.api.http_house import BUREAU
from tests.api.office import FIRST, SECOND, Office, bank_file, open_office
from tests.fixtures.lists.build import (
    FIRST as ONE,
)
from tests.fixtures.lists.build import (
    HERE,
    OWN,
    SAMPLES,
)
from tests.fixtures.lists.build import (
    SECOND as TWO,
)

_STATES = "SELECT state FROM ledger.facts"
HEAD = "申请号,名称,申请日,授权公告日,法律状态,法律状态公告日,申请人"


@dataclass
class Centre:
    """An office with centre staff at the first university."""

    office: Office
    staff: str

    def look(self, data: bytes, actor: str = "", **options: Any) -> ListPreview:
        """Preview a list."""
        asked = Asked(data, "list.xlsx", **options)
        return preview(self.office.home, self.office.connection, actor or self.staff, asked)

    def take(self, data: bytes, actor: str = "", **options: Any) -> ListTaken:
        """Take a list in."""
        asked = Asked(data, "list.xlsx", **options)
        home, connection = self.office.home, self.office.connection
        return accept(home, connection, self.office.scribe, actor or self.staff, asked)

    def refuses(self, code: Refused, data: bytes, actor: str = "", **options: Any) -> Refusal:
        """The refusal of a preview or import that writes nothing."""
        before = self.office.count("ledger.facts")
        with pytest.raises(Refusal) as caught:
            self.take(data, actor, **options)
        assert caught.value.code is code, caught.value
        assert self.office.count("ledger.facts") == before
        return caught.value

    def firms(self, *names: str) -> None:
        """Counterparties of these names."""
        names_of_bureau = {"name_zh": "示例市局", "name_en": "Example Bureau"}
        bureau = {"code": BUREAU, "kind": "bureau", **names_of_bureau}
        self.office.do("institution.register", bureau, self.office.administrator)
        codes = ("91310000MA1FL00017", "91310000MA1FL10025")
        for name, code in zip(names, codes, strict=False):
            body = {"counterparty": f"counterparty:{sound(code)}", "name": name}
            self.office.do("counterparty.register", body, self.staff)


def sound(code: str) -> str:
    """A credit code with the check character that belongs there."""
    first = code[:16] + body_code_check(code[8:16])
    return first + credit_code_check(first)


@pytest.fixture
def centre(urls: Logins, tmp_path: Path) -> Iterator[Centre]:
    with open_office(urls, tmp_path) as office:
        yield Centre(office, office.hire(Role.CENTRE_STAFF, FIRST))


def sample(name: str) -> bytes:
    return (HERE / name).read_bytes()


def patents(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def outcomes(found: ListPreview) -> list[str]:
    return [verdict.verdict for verdict in found.verdicts]


def rules(found: ListPreview) -> list[tuple[str, str]]:
    return [
        (f"{fault.column}{fault.row}", fault.rule)
        for verdict in found.verdicts
        for fault in verdict.faults
    ]


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith(".csv")])
def test_the_samples_are_what_the_script_makes(name: str) -> None:
    assert sample(name) == SAMPLES[name]()


def test_an_agencys_list_becomes_filings_grants_and_ends_and_twice_makes_no_second(
    centre: Centre,
) -> None:
    data = sample("agency-patents.csv")
    before = centre.office.count("ledger.facts")
    found = centre.look(data)
    assert found.kind.code == "patents"
    assert outcomes(found) == ["new"] * 4
    assert centre.office.count("ledger.facts") == before
    taken = centre.take(data)
    assert (taken.facts, taken.refused) == (8, ())
    assert sorted(centre.office.topics()[before:]) == [
        *["patent-filed.v2"] * 4,
        *["patent-granted.v1"] * 3,
        "patent-lapsed.v1",
    ]
    again = centre.take(data)
    assert again.facts == 0
    assert outcomes(again.preview) == ["unchanged"] * 4
    assert centre.office.count("ledger.facts") == before + 8


def test_owners_in_one_cell_are_told_apart_and_institutions_among_them_known(
    centre: Centre,
) -> None:
    centre.take(sample("agency-patents.csv"))
    patent = state_of(centre.office.connection, f"patent:{TWO.replace('.', '')}")
    assert patent.owners == (FIRST,)
    assert patent.other_owners == ("沪江公司",)


def test_another_databases_list_of_the_same_patents_adds_only_what_is_missing(
    centre: Centre,
) -> None:
    centre.take(sample("agency-patents.csv"))
    data = sample("database-patents.xlsx")
    found = centre.look(data)
    assert outcomes(found) == ["unchanged", "changed", "rejected", "rejected"]
    assert rules(found) == [("J4", "status_has_no_cause"), ("B5", "number_in_scientific_form")]
    assert [step.command for step in found.verdicts[1].steps] == ["patent.publish"]
    assert len(found.table.ignored) == 45
    refused = centre.refuses(Refused.LIST_HAS_REJECTED_ROWS, data)
    assert refused.values["rejected"] == 2
    assert refused.values["lines"][0]["sheet"] == "检索结果"
    assert centre.take(data, accept_good=True).facts == 1
    assert outcomes(centre.look(data))[:2] == ["unchanged", "unchanged"]


def test_new_rows_count_the_inventors_who_are_left_out(centre: Centre) -> None:
    found = centre.look(sample("database-patents.xlsx"))
    assert found.inventors == 4
    assert "发明人 4 人次未导入" in counts_line(found, "zh")


def test_each_cell_that_cannot_be_read_is_refused_with_its_place(centre: Centre) -> None:
    wrong = {
        "2022100000012,甲,2022-01-05,,,,": ("A", "check_digit_is_wrong"),
        "CN114000001A,甲,2022-01-05,,,,": ("A", "number_is_a_publication_number"),
        "abc,甲,2022-01-05,,,,": ("A", "number_is_no_application_number"),
        ",甲,2022-01-05,,,,": ("A", "cell_is_empty"),
        "202210000001.0,,2022-01-05,,,,": ("B", "cell_is_empty"),
        "202210000001.0,甲,2022-02-30,,,,": ("C", "date_malformed"),
        "202210000001.0,甲,2023-01-05,,,,": ("C", "date_lies_ahead"),
        "202210000001.0,甲,2022-01-05,2021-01-05,,,": ("D", "date_precedes_filing"),
        "202210000001.0,甲,2022-01-05,,授权,,": ("E", "status_needs_a_date"),
        "202210000001.0,甲,2022-01-05,,未缴年费,,": ("E", "status_needs_a_date"),
        "202210000001.0,甲,2022-01-05,,失效,2022-02-02,": ("E", "status_has_no_cause"),
        "202210000001.0,甲,2022-01-05,,撤回;驳回,2022-02-02,": ("E", "statuses_contradict"),
        "202210000001.0,甲,2022-01-05,,待定,,": ("E", "status_is_not_known"),
        "202210000001.0,甲,2022-01-05,,,,别的大学": ("G", "institution_is_no_owner"),
    }
    told = rules(centre.look(patents(*wrong)))
    assert told == [
        (f"{column}{row}", rule) for row, (column, rule) in enumerate(wrong.values(), 2)
    ]


def test_numbers_and_dates_are_read_however_they_are_spelt(centre: Centre) -> None:
    serials = (
        "202210000001.0",
        "ZL2022 1 0000001.0",
        "CN202210000001.0",
        "２０２２１０００００01.0",
    )
    for number in serials:
        for day in ("2022-01-05", "2022/1/5", "20220105", "2022.01.05", "44566"):
            (verdict,) = centre.look(patents(f"{number},甲,{day},,,,")).verdicts
            assert verdict.steps[0].body["patent"] == "patent:2022100000010"
            assert verdict.steps[0].body["filed"] == "2022-01-05"


def test_each_end_of_a_right_becomes_its_own_command(centre: Centre) -> None:
    ends = {
        "未缴年费": "patent.lapse",
        "放弃": "patent.lapse",
        "届满": "patent.expire",
        "全部无效": "patent.invalidate",
        "部分无效": "patent.invalidate",
        "撤回": "patent.withdraw",
        "驳回": "patent.reject",
        "许可|未缴年费": "patent.lapse",
    }
    for status, command in ends.items():
        row = f"202210000001.0,甲,2022-01-05,,{status},2022-06-01,"
        (verdict,) = centre.look(patents(row)).verdicts
        assert [step.command for step in verdict.steps] == ["patent.file", command]
        assert verdict.steps[-1].body["on"] == "2022-06-01"


def test_one_number_in_two_rows_is_refused_the_second_time(centre: Centre) -> None:
    row = "202210000001.0,甲,2022-01-05,,,,"
    assert rules(centre.look(patents(row, row))) == [("A3", "number_is_there_twice")]


def test_a_list_that_contradicts_the_log_is_shown_and_changes_nothing(centre: Centre) -> None:
    centre.take(patents("202210000001.0,甲,2022-01-05,2022-06-01,,,"))
    other = patents("202210000001.0,乙,2022-01-06,2022-06-02,未缴年费,2022-07-01,")
    found = centre.look(other)
    (verdict,) = found.verdicts
    assert verdict.verdict == "conflicting"
    fields = [difference.field for difference in verdict.differences]
    assert fields == ["title", "filed", "granted_on"]
    assert "账本为“甲”" in row_note("patents", verdict, "zh")
    assert centre.take(other).facts == 0


def test_a_patent_granted_since_the_last_list_is_a_change(centre: Centre) -> None:
    centre.take(patents("202210000001.0,甲,2022-01-05,,,,"))
    since = patents("202210000001.0,甲,2022-01-05,2022-06-01,授权,,")
    (verdict,) = centre.look(since).verdicts
    assert verdict.verdict == "changed"
    assert row_note("patents", verdict, "zh") == "登记专利授权"
    assert centre.take(since).facts == 1


def test_an_ended_right_that_the_list_calls_alive_is_a_conflict(centre: Centre) -> None:
    centre.take(patents("202210000001.0,甲,2022-01-05,2022-06-01,未缴年费,2022-07-01,"))
    (verdict,) = centre.look(patents("202210000001.0,甲,2022-01-05,2022-06-01,授权,,")).verdicts
    assert [(each.field, each.logged) for each in verdict.differences] == [
        ("status", "lapsed 2022-07-01")
    ]


def test_another_institutions_patent_is_listed_by_its_number_alone(centre: Centre) -> None:
    stranger = centre.office.hire(Role.CENTRE_STAFF, SECOND)
    row = patents("202210000001.0,别家的,2022-01-05,,,,")
    centre.take(row, stranger)
    (verdict,) = centre.look(patents("202210000001.0,自家的,2022-02-05,2022-06-01,,,")).verdicts
    assert (verdict.verdict, verdict.differences) == ("elsewhere", ())
    (shown,) = preview_as_json(centre.look(row), every_row=True)["rows"]
    assert shown.pop("commands") == ["patent.claim-number"]
    assert shown == {"row": 2, "key": "2022100000010", "verdict": "elsewhere"}
    assert "别家的" not in row_note("patents", verdict, "zh")
    assert centre.take(row).facts == 0


def test_a_number_is_claimed_with_a_list_only_by_whoever_says_so_and_once(centre: Centre) -> None:
    row = patents("202210000001.0,自家的,2022-01-05,,,,")
    centre.take(row, centre.office.hire(Role.CENTRE_STAFF, SECOND))
    assert centre.take(row, claim_numbers=True).facts == 1
    (verdict,) = centre.look(row).verdicts
    assert (verdict.verdict, verdict.steps) == ("elsewhere", ())
    assert centre.take(row, claim_numbers=True).facts == 0


def test_co_owners_add_what_is_missing_to_one_patent(centre: Centre) -> None:
    stranger = centre.office.hire(Role.CENTRE_STAFF, SECOND)
    filed = {"patent": "202210000001.0", "title": "甲", "filed": "2022-01-05"}
    centre.office.do("patent.file", {**filed, "owners": [FIRST, SECOND]}, stranger)
    taken = centre.take(patents("202210000001.0,甲,2022-01-05,2022-06-01,授权,,"))
    assert (taken.facts, taken.refused) == (1, ())


def test_the_same_file_under_way_twice_writes_each_fact_once(centre: Centre) -> None:
    """The keys of the commands are made of file and row, whatever a preview has seen."""
    data = sample("agency-patents.csv")
    found = centre.look(data)
    steps = [(verdict.row, step) for verdict in found.verdicts for step in verdict.steps]
    centre.take(data)
    before = centre.office.count("ledger.facts")
    for row, step in steps:
        key = f"list/{found.table.sha256}/{row}/{step.command}"
        request = centre.office.home.door.admit(step.command, step.body, centre.staff, key)
        assert centre.office.scribe.handle(request).replayed
    assert centre.office.count("ledger.facts") == before


def test_columns_named_by_hand_are_known_the_next_time(centre: Centre) -> None:
    data = "案号,品名,申请日\n202210000001.0,甲,2022-01-05".encode()
    refused = centre.refuses(Refused.LIST_IS_NOT_RECOGNISED, data)
    assert refused.values["titles"] == ["案号", "品名", "申请日"]
    missing = centre.refuses(Refused.LIST_COLUMNS_ARE_MISSING, data, kind="patents")
    assert missing.values["missing"] == ["patent", "title"]
    titles = {"案号": "patent", "B": "title"}
    assert centre.look(data, titles=titles).counts == {"new": 1}
    centre.refuses(Refused.LIST_IS_NOT_RECOGNISED, data)
    assert centre.take(data, titles=titles).facts == 1
    assert centre.look(data).counts == {"unchanged": 1}
    moved = "案号,申请日,品名\n202210000001.0,2022-01-05,甲".encode()
    assert centre.look(moved).counts == {"unchanged": 1}
    centre.refuses(Refused.PARAMETER_IS_MALFORMED, data, titles={"案号": "colour"})


def test_a_file_that_holds_no_table_is_refused(centre: Centre) -> None:
    centre.refuses(Refused.LIST_FILE_IS_UNREADABLE, b"%PDF-1.7")
    centre.refuses(Refused.LIST_FILE_IS_UNREADABLE, b" ")
    centre.refuses(Refused.PARAMETER_IS_MALFORMED, b"a,b", kind="colours")


def test_each_kind_of_list_needs_its_own_office(centre: Centre) -> None:
    centre.refuses(Refused.ROLE_IS_MISSING, sample("agency-patents.csv"), centre.office.clerk)
    account = centre.office.account
    centre.refuses(Refused.ROLE_IS_MISSING, sample("arrivals.xlsx"), account=account)


# --- contracts


def test_a_register_with_merged_cells_becomes_contracts_with_their_instalments(
    centre: Centre,
) -> None:
    centre.firms("沪江公司", "浦东公司")
    centre.take(sample("agency-patents.csv"))
    data = sample("contract-register.xlsx")
    found = centre.look(data)
    assert found.kind.code == "contracts"
    assert outcomes(found) == ["new", "new", "new", "rejected"]
    assert rules(found) == [("J7", "instalment_has_no_date")]
    license_, assignment, service, _ = found.verdicts
    terms = license_.steps[0].body["terms"]
    assert (terms["exclusivity"], terms["payment"], terms["ends"]) == (
        "exclusive",
        "instalments",
        "2025-02-28",
    )
    assert [(each["due"], each["amount_fen"]) for each in terms["instalments"]] == [
        ("2022-03-31", 300_000),
        ("2022-09-01", 700_000),
    ]
    assert assignment.steps[0].body["price_fen"] == 5_000_000
    assert assignment.steps[0].body["counterparty"] == license_.steps[0].body["counterparty"]
    assert [each["amount_fen"] for each in service.steps[0].body["instalments"]] == [60_000, 40_000]
    taken = centre.take(data, accept_good=True)
    assert (taken.facts, taken.refused) == (3, ())
    assert outcomes(centre.look(data))[:3] == ["unchanged"] * 3


def test_registrations_are_laid_beside_contracts_by_their_number(centre: Centre) -> None:
    centre.firms("沪江公司", "浦东公司")
    centre.take(sample("agency-patents.csv"))
    centre.take(sample("contract-register.xlsx"), accept_good=True)
    data = sample("technology-contracts.csv")
    found = centre.look(data)
    assert (found.kind.code, outcomes(found)) == ("registrations", ["new", "rejected"])
    assert rules(found) == [("B3", "contract_is_not_known")]
    taken = centre.take(data, accept_good=True)
    assert (taken.facts, taken.refused) == (1, ())
    assert outcomes(centre.look(data)) == ["unchanged", "rejected"]
    other = data.replace(b"2022-05-20", b"2022-05-21")
    assert outcomes(centre.look(other))[0] == "conflicting"


CONTRACT = (
    "合同编号,合同类型,许可方式,对方单位,统一社会信用代码,专利号,签订日期,截止日期,"
    "合同金额,付款方式"
)


def test_a_contract_that_cannot_be_read_exactly_is_refused_by_cell(centre: Centre) -> None:
    centre.firms("沪江公司")
    centre.take(sample("agency-patents.csv"))
    wrong = {
        f"A,许可,,沪江公司,,{ONE},2022-03-01,,1,": "exclusivity_is_missing",
        f"B,买卖,,沪江公司,,{ONE},2022-03-01,,1,": "kind_is_not_known",
        "C,开发,,没有的公司,,,2022-03-01,,1,": "counterparty_is_not_registered",
        "D,开发,,沪江公司,123,,2022-03-01,,1,": "code_is_wrong",
        "E,普通许可,,沪江公司,,202210000001.0,2022-03-01,,1,": "patent_is_not_known",
        "F,开发,,沪江公司,,,2022-03-01,2021-01-01,1,": "end_precedes_start",
        "G,开发,,沪江公司,,,2022-03-01,,约一万,": "amount_malformed",
        "H,开发,,沪江公司,,,2022-03-01,,-5,": "amount_is_negative",
        "I,开发,,沪江公司,,,2022-03-01,,1.005,": "amount_finer_than_fen",
        "J,开发,,沪江公司,,,2022-03-01,,10,2022-03-02 9.00": "instalments_do_not_sum",
        "K,开发,,沪江公司,,,2022-03-01,,10,另行商定": "instalment_is_not_read",
        "L,开发,,沪江公司,,,2022-03-01,,10,首付30%合同签订后；验收后70%": "instalment_has_no_date",
        f"M,普通许可,,沪江公司,,{ONE},2022-03-01,,10,按销售额提成3%": "royalty_is_not_read",
        "A,开发,,沪江公司,,,2022-03-01,,1,": "number_is_there_twice",
    }
    found = centre.look("\n".join([CONTRACT, *wrong]).encode())
    assert [rule for _, rule in rules(found)] == list(wrong.values())


def test_amounts_joined_over_several_contracts_are_refused(centre: Centre) -> None:
    centre.firms("沪江公司")
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    sheet = book.add_worksheet("一")
    sheet.write_row(0, 0, ["合同编号", "合同类型", "对方单位", "签订日期", "合同金额"])
    for row in (1, 2):
        sheet.write_row(row, 0, [f"A-{row}", "开发", "沪江公司", "2022-03-01"])
    sheet.merge_range(1, 4, 2, 4, 100)
    book.close()
    assert rules(centre.look(data.getvalue())) == [
        ("E2", "cell_is_merged"),
        ("E3", "cell_is_merged"),
    ]


def test_a_register_that_says_other_than_the_log_is_shown(centre: Centre) -> None:
    centre.firms("沪江公司", "浦东公司")
    row = "A,开发,,{firm},,,2022-03-01,,{amount},"
    first = "\n".join([CONTRACT, row.format(firm="沪江公司", amount="10.00")]).encode()
    assert centre.take(first).facts == 1
    other = "\n".join([CONTRACT, row.format(firm="浦东公司", amount="11.00")]).encode()
    (verdict,) = centre.look(other).verdicts
    assert [each.field for each in verdict.differences] == ["amount", "counterparty"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("王小明", "person"),
        ("欧阳 明", "person"),
        ("王小明(中国)", "person"),
        ("阿卜杜拉·买买提", "person"),
        ("Smith, John A.", "person"),
        ("John Smith", "person"),
        ("沪江公司", "organisation"),
        ("某院", "organisation"),
        ("机床厂", "organisation"),
        ("中国化学会", "organisation"),
        ("张会", "person"),
        ("上海浦江精密仪器", "organisation"),
        ("Example Devices Inc.", "organisation"),
        ("University of Example", "organisation"),
        ("EXAMPLE GMBH", "organisation"),
        ("3X Labs", "organisation"),
        ("EXAMPLECORP", "organisation"),
    ],
)
def test_a_name_tells_a_person_from_an_organisation(name: str, kind: str) -> None:
    assert owner_kind(name, {}) == kind


def test_persons_among_owners_stand_in_no_fact_and_each_counts_as_one(centre: Centre) -> None:
    data = patents(f"{ONE},甲,2019-01-05,,,,{OWN};王小明;李四;沪江公司")
    found = centre.look(data)
    assert found.persons == 2
    assert "王小明、李四 只记为“自然人”" in row_note("patents", found.verdicts[0], "zh")
    assert "only as 自然人" in row_note("patents", found.verdicts[0], "en")
    assert "2 人次" in counts_line(found, "zh")
    assert "2 owners" in counts_line(found, "en")
    assert preview_as_json(found, every_row=True)["natural_persons"] == 2
    assert centre.take(data).refused == ()
    stored = [bytes(row[0]) for row in centre.office.connection.execute(_STATES)]
    assert not any("王小明".encode() in state for state in stored)
    assert '自然人","自然人","沪江公司'.encode() in b"".join(stored)


def test_the_importer_mends_a_wrong_guess_and_nothing_of_it_is_kept(centre: Centre) -> None:
    marks = {"华为": "organisation", "阿不都热依木买买提": "person"}
    data = patents(f"{ONE},甲,2019-01-05,,,,{OWN};华为;阿不都热依木买买提")
    (verdict,) = centre.look(data, titles=marks).verdicts
    assert verdict.steps[0].body["other_owners"] == ["华为", "自然人"]
    centre.take(data, titles=marks)
    assert centre.office.count("lists.columns") == 0


# --- arrivals


def test_arrivals_wait_on_the_desk_and_come_in_once(centre: Centre) -> None:
    clerk, account = centre.office.clerk, centre.office.account
    data = sample("arrivals.xlsx")
    found = centre.look(data, clerk, account=account)
    assert (found.kind.code, outcomes(found)) == ("arrivals", ["new"] * 3)
    taken = centre.take(data, clerk, account=account)
    assert taken.facts == 1
    assert centre.office.count("vault.bank_lines") == 3
    assert outcomes(centre.look(data, clerk, account=account)) == ["unchanged"] * 3
    assert centre.take(data, clerk, account=account).facts == 0
    stored = centre.office.connection.execute("SELECT state FROM ledger.facts").fetchall()
    assert not any("某个人".encode() in bytes(state) for (state,) in stored)
    assert taken_as_json(taken)["statement"] == taken.statement


def test_a_line_that_the_bank_reported_may_be_a_double_and_a_person_decides(
    centre: Centre,
) -> None:
    clerk, account = centre.office.clerk, centre.office.account
    home, connection, scribe = centre.office.home, centre.office.connection, centre.office.scribe
    data = bank_file([("2022-06-28", 300_000, "沪江公司", "许可费")])
    file = read_upload(home, data, "bank.csv")
    accept_statement(home, connection, scribe.handle, clerk, file)
    data = sample("arrivals.xlsx")
    found = centre.look(data, clerk, account=account)
    assert outcomes(found) == ["possible-duplicate", "new", "new"]
    assert by_concern(found.verdicts)[0].row == 3
    centre.take(data, clerk, account=account)
    assert centre.office.count("vault.bank_lines") == 3
    centre.take(data, clerk, account=account, doubles=frozenset({3}))
    assert centre.office.count("vault.bank_lines") == 4


def test_rows_of_sums_and_notes_below_a_list_are_passed_over(centre: Centre) -> None:
    found = centre.look(patents("202210000001.0,甲,2022-01-05,,,,", "合 计,1 件", "注：以上"))
    assert outcomes(found) == ["new"]


def test_arrivals_need_their_account_named(centre: Centre) -> None:
    centre.refuses(
        Refused.STATEMENT_ACCOUNT_MUST_BE_NAMED, sample("arrivals.xlsx"), centre.office.clerk
    )


def test_the_samples_name_this_university() -> None:
    assert OWN == "示例大学"
