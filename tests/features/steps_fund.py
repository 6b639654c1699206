"""Steps about the reward fund: its terms and every stage of a claim."""

from typing import Any

import orjson

from ledger.policies.reward_fund_2022 import REWARD_FUND_2022
from tests.features.city import City, fen
from tests.features.phrases import deed
from tests.features.steps_deals import files_patent
from tests.features.steps_money import receives
from tests.features.tables import Table, records
from tests.features.words import FUND_LIMITS, FUND_SWITCHES, FUND_WINDOWS

FUND = "专项资金"

# --- the fund


def _terms(rows: list[dict[str, str]]) -> dict[str, Any]:
    terms: dict[str, Any] = orjson.loads(orjson.dumps(REWARD_FUND_2022.data["terms"]))
    for row in rows:
        name, value = row["条款"], row["取值"]
        if name in FUND_LIMITS:
            terms[FUND_LIMITS[name]] = fen(value)
        elif name in FUND_WINDOWS:
            first, _, last = value.partition("至")
            terms[FUND_WINDOWS[name]] = {"first": first.strip(), "last": last.strip()}
        elif name == "受奖机构数上限":
            terms["max_recipients"] = int(value)
        elif name == "不得重复享受的资金":
            terms["excluded_funding"] = [value]
        else:
            field, choices = FUND_SWITCHES[name]
            terms[field] = choices[value]
    return terms


@deed("主管局已采用中小企业划型标准和奖励资金规则")
def rules_adopted(city: City) -> None:
    for policy in ("policy:sme-size", "policy:reward-fund"):
        city.do("局经办甲", "policy.adopt", {"policy": policy, "version": 1})


@deed("{who}按方案设立专项资金")
def opens_fund(city: City, who: str) -> None:
    city.call(FUND, "fund:special-2022")
    city.do(who, "fund.open", {"fund": city.id(FUND)})


@deed("{who}设立专项资金，条款另定为")
def opens_fund_with(city: City, who: str, datatable: Table) -> None:
    city.call(FUND, "fund:special-2022")
    terms = _terms(records(datatable))
    city.do(who, "fund.open", {"fund": city.id(FUND), "terms": terms})


@deed("{who}另设资金“{fund}”，条款另定为")
def opens_another_fund(city: City, who: str, fund: str, datatable: Table) -> None:
    city.call(fund, f"fund:other-{len(city.names)}")
    city.do(who, "fund.open", {"fund": city.id(fund), "terms": _terms(records(datatable))})


@deed("{who}关闭专项资金")
def closes_fund(city: City, who: str) -> None:
    city.do(who, "fund.close", {"fund": city.id(FUND)})


# --- money under contracts


@deed("{place}的许可合同 {contract} 已收到“{firm}”的许可费")
def license_with_money(city: City, place: str, contract: str, firm: str, datatable: Table) -> None:
    """A license signed on 2022-03-01 whose fees arrived, each receipt allocated whole."""
    staff = f"{place}的中心专职人员"
    if contract not in city.names:
        patent = files_patent(city, staff, f"{contract}专利")
        body: dict[str, Any] = {
            "license": city.fresh("license", contract),
            "contract_number": contract,
            "counterparty": city.id(firm),
            "patents": [patent],
            "signed": "2022-03-01",
            "terms": {
                "exclusivity": "ordinary",
                "territory": [],
                "field": None,
                "starts": "2022-03-01",
                "ends": None,
                "payment": "pay-later",
                "fixed_fee_fen": 0,
                "entry_fee_fen": 0,
                "minimum_royalty_fen": 0,
                "royalty_rate": None,
                "royalty_base": None,
                "instalments": [],
            },
        }
        city.do(staff, "license.grant", body)
    head, *rows = datatable
    lines = [[*head, "付款方"], *([*row, firm] for row in rows)]
    receives(city, place, lines)
    for row in records(datatable):
        part = {
            "contract": city.id(contract),
            "purpose": "license-fee",
            "amount_fen": fen(row["金额"]),
        }
        paid = {"receipt": city.id(row["到款"]), "parts": [part]}
        city.do(f"{place}的财务经办", "receipt.allocate", paid)


@deed("{place}的许可合同 {contract} 已收到“{firm}”的许可费，并向“{fund}”申报奖励 {claim}")
def license_with_money_and_claim(
    city: City, place: str, contract: str, firm: str, fund: str, claim: str, datatable: Table
) -> None:
    license_with_money(city, place, contract, firm, datatable)
    receipts = "、".join(row["到款"] for row in records(datatable))
    claims_from_fund(city, f"{place}的中心专职人员", contract, receipts, fund, claim)


@deed("{place}的服务团队为")
def team_is(city: City, place: str, datatable: Table) -> None:
    city.team = []
    for row in records(datatable):
        person = city.names.get(row["姓名"])
        if person is None:
            person = city.fresh("person", row["姓名"])
            body = {"person": person, "name": row["姓名"]}
            city.do(f"{place}的中心专职人员", "person.register", body)
        city.team.append({"person": person, "weight": int(row["权重"])})


# --- the stages


def claims_under(
    city: City, who: str, claim: str, contract: str, receipts: str, **more: Any
) -> None:
    """Claim receipts (`甲1`, or `甲1#2` for its second allocation) for the team named before."""
    lines = []
    for part in receipts.split("、"):
        receipt, _, number = part.partition("#")
        lines.append({"receipt": city.id(receipt), "number": int(number or 1)})
    if not city.team:
        place = who.rpartition("的")[0] or "甲大学"
        team_is(city, place, [["姓名", "权重"], [f"{place}的服务人员", "1"]])
    body = {
        "reward": city.fresh("reward", claim),
        "fund": city.id(more.pop("to", FUND)),
        "contract": city.id(contract),
        "lines": lines,
        "team": city.team,
    }
    city.do(who, "reward.claim", body | more)


@deed("{who}就合同 {contract} 的到款 {receipts} 申报奖励 {claim}")
def claims(city: City, who: str, contract: str, receipts: str, claim: str) -> None:
    claims_under(city, who, claim, contract, receipts)


@deed("{who}就合同 {contract} 的到款 {receipts} 向“{fund}”申报奖励 {claim}")
def claims_from_fund(
    city: City, who: str, contract: str, receipts: str, fund: str, claim: str
) -> None:
    claims_under(city, who, claim, contract, receipts, to=fund)


@deed("{who}向“{fund}”申报奖励 {claim}：合同 {contract}，到款 {receipts}，已享受“{funding}”")
def claims_with_funding(
    city: City, who: str, fund: str, claim: str, contract: str, receipts: str, funding: str
) -> None:
    claims_under(city, who, claim, contract, receipts, to=fund, other_funding=[funding])


@deed("{who}受理申报 {claim}")
def accepts(city: City, who: str, claim: str) -> None:
    city.do(who, "reward.accept", {"reward": city.id(claim)})


@deed("{who}退回申报 {claim}，理由“{reason}”")
def returns(city: City, who: str, claim: str, reason: str) -> None:
    city.do(who, "reward.return", {"reward": city.id(claim), "reason": reason})


@deed("{who}认定申报 {claim} 合格")
def judges_eligible(city: City, who: str, claim: str) -> None:
    city.do(who, "reward.judge", {"reward": city.id(claim), "eligible": True})


@deed("{who}认定申报 {claim} 不合格，理由“{grounds}”")
def judges_not_eligible(city: City, who: str, claim: str, grounds: str) -> None:
    body = {"reward": city.id(claim), "eligible": False, "grounds": [grounds]}
    city.do(who, "reward.judge", body)


@deed("{who}不写理由认定申报 {claim} 不合格")
def judges_without_grounds(city: City, who: str, claim: str) -> None:
    city.do(who, "reward.judge", {"reward": city.id(claim), "eligible": False})


@deed("{who}受理申报 {claim} 并认定合格")
def accepts_and_judges(city: City, who: str, claim: str) -> None:
    accepts(city, who, claim)
    judges_eligible(city, who, claim)


@deed("{who}审核申报 {claim}")
def reviews(city: City, who: str, claim: str) -> None:
    city.do(who, "reward.review", {"reward": city.id(claim)})


@deed("{who}公示申报 {claim}，自 {first} 至 {last}")
def publicises(city: City, who: str, claim: str, first: str, last: str) -> None:
    body = {"reward": city.id(claim), "first_day": first, "last_day": last}
    city.do(who, "reward.publicise", body)


@deed("{who}依次核定申报 {claims}")
def awards(city: City, who: str, claims: str) -> None:
    city.do(who, "reward.award", {"claims": [city.id(claim) for claim in claims.split("、")]})


@deed("{who}核定申报 {claims}，金额依次为 {amounts} 元")
def awards_by_hand(city: City, who: str, claims: str, amounts: str) -> None:
    body = {
        "claims": [city.id(claim) for claim in claims.split("、")],
        "amounts_fen": [fen(amount) for amount in amounts.split("、")],
    }
    city.do(who, "reward.award", body)


@deed("{who}拨付申报 {claim}")
def appropriates(city: City, who: str, claim: str) -> None:
    city.do(who, "reward.appropriate", {"reward": city.id(claim)})


@deed("{who}发放申报 {claim}")
def disburses(city: City, who: str, claim: str, datatable: Table) -> None:
    payouts = []
    for row in records(datatable):
        payout: dict[str, Any] = {"person": city.id(row["姓名"]), "tax_fen": fen(row["代扣个税"])}
        if "金额" in row:
            payout["amount_fen"] = fen(row["金额"])
        payouts.append(payout)
    city.do(who, "reward.disburse", {"reward": city.id(claim), "payouts": payouts})


@deed("{who}退回申报 {claim} 未发放的 {amount} 元")
def returns_unspent(city: City, who: str, claim: str, amount: str) -> None:
    body = {"reward": city.id(claim), "amount_fen": fen(amount)}
    city.do(who, "reward.return-unspent", body)


@deed("{who}按退款追回申报 {claim} 的奖励")
def claws_back(city: City, who: str, claim: str) -> None:
    city.do(who, "reward.claw-back", {"reward": city.id(claim)})


@deed("{who}追回申报 {claim} 的 {amount} 元，理由“{reason}”")
def claws_back_amount(city: City, who: str, claim: str, amount: str, reason: str) -> None:
    body = {"reward": city.id(claim), "amount_fen": fen(amount), "reason": reason}
    city.do(who, "reward.claw-back", body)
