"""Steps about bank accounts, bank files, receipts, allocations, fees, refunds and reversals."""

from typing import Any

from tests.features.city import City, fen
from tests.features.phrases import deed, finding
from tests.features.tables import Table, bank_lines, records
from tests.features.words import code

_OWN_NUMBERS = {
    "甲大学": "1001000000000000001",
    "乙大学": "1001000000000000002",
    "丙研究所": "1001000000000000003",
}

# --- accounts and files


@deed("{who}登记银行账户“{account}”，账号 {number}")
def registers_account(city: City, who: str, account: str, number: str) -> None:
    _account(city, who, account, number, "institution")


def _account(city: City, who: str, account: str, number: str, holder: str) -> None:
    body = {"account": city.fresh("account", account), "bank": "示例银行", "number": number}
    city.do(who, "account.register", body | {"holder": holder})


@deed("{who}导入银行文件")
def imports_file(city: City, who: str, docstring: str) -> None:
    city.upload(who, docstring.encode())


@deed("{who}导入以 GB18030 编码的银行文件")
def imports_national_file(city: City, who: str, docstring: str) -> None:
    city.upload(who, docstring.encode("gb18030"))


@deed("{who}导入银行文件，只接收合格的行")
def imports_good_lines(city: City, who: str, docstring: str) -> None:
    city.upload(who, docstring.encode(), accept_good=True)


@finding("新增 {accepted:d} 行，重复 {duplicates:d} 行，不合格 {rejected:d} 行")
def lines_counted(city: City, accepted: int, duplicates: int, rejected: int) -> None:
    city.need_examined()
    counts = city.outcome.counts
    found = (counts["accepted"], counts["duplicates"], counts["rejected"])
    assert found == (accepted, duplicates, rejected)


@finding("其中 {joined:d} 行并入到款清单")
def lines_joined(city: City, joined: int) -> None:
    city.need_examined()
    assert city.outcome.counts["joined"] == joined


@finding("收入合计 {credit} 元，支出合计 {debit} 元")
def lines_summed(city: City, credit: str, debit: str) -> None:
    counts = city.outcome.counts
    assert (counts["credit_fen"], counts["debit_fen"]) == (fen(credit), fen(debit))


@finding("说明指出“{words}”")
def rejected_line_is_explained(city: City, words: str) -> None:
    lines = city.outcome.counts.get("lines") or city.outcome.values["lines"]
    assert any(words in str(line) for line in lines), lines


@finding("{who}的待认领到款为")
def desk_shows(city: City, who: str, datatable: Table) -> None:
    city.need_examined()
    actor, institution = city.actor(who)
    found = sorted(
        (line["payer"], line["amount_fen"], line["value_date"])
        for line in city.door.desk(actor, institution)
    )
    wanted = sorted(
        (row.get("付款方", ""), fen(row["金额"]), row["起息日"]) for row in records(datatable)
    )
    assert found == wanted


@finding("{who}没有待认领到款")
def desk_is_empty(city: City, who: str) -> None:
    city.need_examined()
    actor, institution = city.actor(who)
    assert city.door.desk(actor, institution) == []


# --- receipts


def _line_on_desk(city: City, who: str, payer: str, amount_fen: int) -> str:
    actor, institution = city.actor(who)
    lines = city.door.desk(actor, institution)
    fitting = [
        line["receipt"]
        for line in lines
        if line["payer"] == payer
        and line["amount_fen"] == amount_fen
        and line["receipt"] not in city.names.values()
    ]
    assert fitting, lines
    return str(min(fitting))


def _claim(city: City, who: str, payer: str, amount_fen: int, name: str) -> None:
    receipt = city.call(name, _line_on_desk(city, who, payer, amount_fen))
    body = {"receipt": receipt}
    if payer in city.names:
        body["payer"] = city.id(payer)
    city.do(who, "receipt.claim", body)


@deed("{who}认领“{payer}”的 {amount} 元到款，记为 {name}")
def claims_receipt(city: City, who: str, payer: str, amount: str, name: str) -> None:
    _claim(city, who, payer, fen(amount), name)


@deed("{who}再次认领到款 {name}")
def claims_again(city: City, who: str, name: str) -> None:
    city.do(who, "receipt.claim", {"receipt": city.id(name)})


@deed("{place}收到并认领到款")
def receives(city: City, place: str, datatable: Table) -> None:
    receives_into(city, place, "机构账户", datatable)


@deed("{place}经{holder}到款并认领")
def receives_into(city: City, place: str, holder: str, datatable: Table) -> None:
    """A bank file of these lines is imported and every line claimed by its own name."""
    clerk, account = f"{place}的财务经办", f"{place}的{holder}"
    own = _OWN_NUMBERS[place] + ("" if holder == "机构账户" else "7")
    if account not in city.names:
        _account(city, clerk, account, own, code(holder))
    rows = records(datatable)
    opening_fen = city.balances.get(account, 100_000)
    city.upload(clerk, bank_lines(rows, own, opening_fen, fen).encode())
    city.balances[account] = opening_fen + sum(fen(row["金额"]) for row in rows)
    for row in rows:
        _claim(city, clerk, row["付款方"], fen(row["金额"]), row["到款"])


@deed("{who}确认到款 {receipt} 为“{firm}”的款项")
def confirms_payer(city: City, who: str, receipt: str, firm: str) -> None:
    body = {"receipt": city.id(receipt), "counterparty": city.id(firm)}
    city.do(who, "receipt.confirm-payer", body)


@deed("{who}把到款 {receipt} 核销为")
def allocates(city: City, who: str, receipt: str, datatable: Table) -> None:
    parts = []
    for row in records(datatable):
        part: dict[str, Any] = {
            "contract": city.id(row["合同"]),
            "purpose": code(row.get("用途", "许可费")),
            "amount_fen": fen(row["金额"]),
        }
        if "期次" in row:
            part["instalment"] = int(row["期次"])
        parts.append(part)
    city.do(who, "receipt.allocate", {"receipt": city.id(receipt), "parts": parts})


@deed("{who}撤回到款 {receipt} 的第 {number:d} 笔核销，理由“{reason}”")
def takes_back(city: City, who: str, receipt: str, number: int, reason: str) -> None:
    body = {"receipt": city.id(receipt), "number": number, "reason": reason}
    city.do(who, "receipt.deallocate", body)


@deed("{who}撤回到款 {receipt} 的第 {number:d} 笔核销中的 {amount} 元，理由“{reason}”")
def takes_part_back(
    city: City, who: str, receipt: str, number: int, amount: str, reason: str
) -> None:
    body = {"receipt": city.id(receipt), "number": number, "amount_fen": fen(amount)}
    city.do(who, "receipt.deallocate", body | {"reason": reason})


@deed("{who}不写理由撤回到款 {receipt} 的第 {number:d} 笔核销")
def takes_back_without_reason(city: City, who: str, receipt: str, number: int) -> None:
    city.do(who, "receipt.deallocate", {"receipt": city.id(receipt), "number": number})


@deed("{who}登记到款 {receipt} 被银行扣费 {amount} 元，计入合同 {contract} 第 {number:d} 期")
def records_fee(
    city: City, who: str, receipt: str, amount: str, contract: str, number: int
) -> None:
    body = {
        "receipt": city.id(receipt),
        "contract": city.id(contract),
        "instalment": number,
        "fee_fen": fen(amount),
    }
    city.do(who, "receipt.record-fee", body)


@deed("{who}登记从到款 {receipt} 的第 {number:d} 笔核销中退款 {amount} 元")
def refunds_part(city: City, who: str, receipt: str, number: int, amount: str) -> None:
    body = {"receipt": city.id(receipt), "number": number, "amount_fen": fen(amount)}
    city.do(who, "receipt.refund", body)


@deed("{who}登记从到款 {receipt} 的未核销部分退款 {amount} 元")
def refunds_rest(city: City, who: str, receipt: str, amount: str) -> None:
    city.do(who, "receipt.refund", {"receipt": city.id(receipt), "amount_fen": fen(amount)})


@deed("{who}登记到款 {receipt} 于 {day} 被银行冲正")
def reverses(city: City, who: str, receipt: str, day: str) -> None:
    city.do(who, "receipt.reverse", {"receipt": city.id(receipt), "on": day})
