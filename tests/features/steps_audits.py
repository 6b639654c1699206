"""Steps about audit work: samples, findings, papers; and about periods and approval limits."""

import hashlib
from typing import Any

from api.access import Caller
from api.audit_work import drawn_again
from api.readings import asked_for, computed, moment_asked
from api.states import state_of
from ledger.samples import Sample
from projections.audit_papers import EVIDENCE
from tests.features.city import City, fen
from tests.features.phrases import deed, finding
from tests.features.tables import Table, records, view_called
from tests.features.words import code

# --- samples


@deed(
    "{who}从“{title}”抽取货币单元样本“{name}”，置信度 {confidence:d}，可容忍错报 {amount} 元，"
    "种子“{seed}”"
)
def draws_by_value(
    city: City, who: str, title: str, name: str, confidence: int, amount: str, seed: str
) -> None:
    plan = {"confidence": confidence, "tolerable_fen": fen(amount), "expected_fen": 0}
    _draw(city, who, title, name, {"method": "monetary-unit", "seed": seed, **plan})


@deed("{who}从“{title}”随机抽取 {size:d} 项为样本“{name}”，种子“{seed}”")
def draws_at_random(city: City, who: str, title: str, size: int, name: str, seed: str) -> None:
    _draw(city, who, title, name, {"method": "random", "seed": seed, "size": size})


def _draw(city: City, who: str, title: str, name: str, plan: dict[str, Any]) -> None:
    body = {"sample": city.fresh("sample", name), "view": view_called(title).name, **plan}
    city.do(who, "sample.draw", {**body, "amount": "amount_fen"})


@deed("{who}审定样本“{name}”")
def audits(city: City, who: str, name: str, datatable: Table) -> None:
    """Items are told by their book values, which are all different here."""
    state = state_of(city.connection, city.id(name))
    assert isinstance(state, Sample)
    assert state.drawn is not None
    keys = {item.book_fen: item.key for item in state.drawn.items}
    audited = [
        {"key": keys[fen(row["账面金额"])], "audit_fen": fen(row["审定金额"])}
        for row in records(datatable)
    ]
    body = {"sample": city.id(name), "estimator": "tainting", "audited": audited}
    city.do(who, "sample.project", body)


@finding("样本“{name}”重新抽取的结果相同")
def comes_out_the_same(city: City, name: str) -> None:
    city.need_examined()
    state = state_of(city.connection, city.id(name))
    assert drawn_again(city.home.reader, state.drawn).differing == ()


# --- findings


@deed("{who}提出“{severity}”的审计发现“{title}”")
def raises(city: City, who: str, severity: str, title: str) -> None:
    body = {"finding": city.fresh("finding", title), "severity": code(severity)}
    city.do(who, "finding.raise", {**body, "title": title, "body": title})


@deed("{who}答复审计发现“{title}”")
def answers(city: City, who: str, title: str) -> None:
    city.do(who, "finding.answer", {"finding": city.id(title), "body": "已整改"})


@deed("{who}核实审计发现“{title}”为“{outcome}”")
def verifies(city: City, who: str, title: str, outcome: str) -> None:
    body = {"finding": city.id(title), "outcome": code(outcome), "body": "已看"}
    city.do(who, "finding.verify", body)


@deed("{who}以“{outcome}”关闭审计发现“{title}”")
def closes(city: City, who: str, outcome: str, title: str) -> None:
    body = {"finding": city.id(title), "outcome": code(outcome), "body": "了结"}
    city.do(who, "finding.close", body)


# --- documents and papers


@deed("{who}将文件“{title}”存入证据库")
def keeps(city: City, who: str, title: str) -> None:
    data = title.encode()
    document = city.call(title, f"evidence:{hashlib.sha256(data).hexdigest()}")
    body = {"document": document, "title": title, "size_bytes": len(data)}
    city.do(who, "evidence.keep", {**body, "media_type": "text/plain"})


@deed("{who}用文件“{document}”编制取证单“{title}”")
def makes_paper(city: City, who: str, document: str, title: str) -> None:
    body = {"kind": "evidence-form", "title": title, "document": city.id(document)}
    moment = {"as_of": city.clock.today.isoformat(), "known_at": city.size()}
    city.do(who, "paper.make", {**body, **moment})


@finding("{who}可以查阅文件“{title}”")
def may_see(city: City, who: str, title: str) -> None:
    assert _sees(city, who, title)


@finding("{who}不能查阅文件“{title}”")
def may_not_see(city: City, who: str, title: str) -> None:
    assert not _sees(city, who, title)


def _sees(city: City, who: str, title: str) -> bool:
    """Whether somebody reads that the document was kept."""
    city.need_examined()
    actor, _ = city.actor(who)
    reader = city.home.reader
    caller = Caller(actor, "", state_of(city.connection, actor), city.clock.today)
    asked = asked_for(caller, EVIDENCE, {})
    rows = computed(reader.kept, asked, *moment_asked(reader, asked)).rows
    return title in rows["title"]


# --- books


@deed("{who}将 {first} 至 {last} 结账")
def closes_period(city: City, who: str, first: str, last: str) -> None:
    city.do(who, "period.close", {"first": first, "last": last})


@deed("{who}重开 {first} 至 {last} 的账，理由“{reason}”")
def reopens_period(city: City, who: str, first: str, last: str, reason: str) -> None:
    city.do(who, "period.reopen", {"first": first, "last": last, "reason": reason})


@deed("{who}不写理由重开 {first} 至 {last} 的账")
def reopens_without_reason(city: City, who: str, first: str, last: str) -> None:
    city.do(who, "period.reopen", {"first": first, "last": last})


@deed("{who}自 {starts} 起设定“{matter}”的审批权限")
def sets_limits(city: City, who: str, starts: str, matter: str, datatable: Table) -> None:
    tiers = [
        {
            "level": code(row["审批层级"]),
            "up_to_fen": fen(row["上限金额"]) if "上限金额" in row else None,
        }
        for row in records(datatable)
    ]
    city.do(who, "approval-limits.set", {"matter": code(matter), "tiers": tiers, "starts": starts})
