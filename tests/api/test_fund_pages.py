"""The fund's desk: claims by stage, several acted on together after one look at the cap."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from api.postgres import Logins
from ledger.actors import Role
from tests.api.figure_house import SECOND_FEN
from tests.api.fund_house import FUND, REWARDS, FundHouse, days_pass, open_fund_house
from tests.api.http_house import ORIGIN, Browser
from tests.api.office import SECOND

OWN = {"origin": ORIGIN, "accept": "text/html"}


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FundHouse]:
    with open_fund_house(ledger, tmp_path) as opened:
        yield opened


def batch(browser: Browser, command: str, *claims: str, confirmed: bool = True, **said: str) -> str:
    """A batch as a person sends it: looked at, then confirmed; the last page's text."""
    form: dict[str, Any] = {"claims": list(claims), "command_key": f"key-{command}", **said}
    path = f"/funds/{FUND}/{command}"
    shown = browser.post(path, data=form, headers=OWN)
    assert shown.status_code == 200, shown.text
    if not confirmed:
        return shown.text
    assert 'name="confirmed"' in shown.text, shown.text
    return browser.post(path, data={**form, "confirmed": "true"}, headers=OWN).text


def stages(house: FundHouse) -> dict[str, str]:
    rows = house.as_(house.approver).get("/v1/views/reward-claims").json()["rows"]
    return {row["reward"]: row["stage"] for row in rows}


def test_claims_go_from_acceptance_to_award_in_batches_and_the_cap_is_seen_before(
    house: FundHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, reviewer = house.signed_in(house.clerk), house.signed_in(house.reviewer)
    approver = house.signed_in(house.approver)
    desk = clerk.page(f"/funds/{FUND}").text
    assert "待受理" in desk
    assert desk.count(" checked") == 3
    before = house.head()
    look = batch(clerk, "reward.accept", *REWARDS, confirmed=False)
    assert "以下内容尚未写入" in look
    assert "上限 200.00 元；此前可核定余额 200.00 元，所选合计 624.46 元" in look
    assert "所选合计超过可核定余额 424.46 元" in look
    assert house.head() == before

    assert "已写入 3 项，未写入 0 项" in batch(clerk, "reward.accept", *REWARDS)
    assert house.head() == before + 3
    again = {"claims": list(REWARDS), "command_key": "key-reward.accept", "confirmed": "true"}
    same = clerk.post(f"/funds/{FUND}/reward.accept", data=again, headers=OWN)
    assert "已写入 3 项，未写入 0 项" in same.text, "the same key"
    assert house.head() == before + 3

    batch(clerk, "reward.judge", *REWARDS, eligible="true")
    own = clerk.page(f"/funds/{FUND}").text
    assert own.count("由同一人办理，此步须由他人办理") == 3, "the judge cannot review"
    assert " checked" not in own
    assert "没有一项能写入" in batch(clerk, "reward.review", *REWARDS, confirmed=False)
    batch(reviewer, "reward.review", *REWARDS)
    batch(approver, "reward.publicise", *REWARDS, last_day="2022-07-18")
    waiting = approver.page(f"/funds/{FUND}").text
    assert "公示，待核定" in waiting
    assert " checked" not in waiting, "the notice is not over"

    days_pass(monkeypatch, 5)
    look = batch(approver, "reward.award", *REWARDS, confirmed=False)
    assert "写入后余额 0.00 元" in look
    assert "奖励核定 75.54 元" in look
    assert "奖励限额核减 424.46 元" in look
    done = batch(approver, "reward.award", *REWARDS)
    assert "已写入 3 项，未写入 0 项" in done
    assert set(stages(house).values()) == {"awarded", "capped"}

    payer = house.signed_in(house.payer)
    assert "已写入 3 项" in batch(payer, "reward.appropriate", *REWARDS)
    university = house.signed_in(house.office.clerk)
    desk = university.page(f"/funds/{FUND}").text
    links = re.findall(r'href="(/forms/reward\.disburse\?[^"]+)"', desk)
    assert len(links) == 2
    filled = university.page(links[0].replace("&amp;", "&")).text
    assert re.search(r'<option value="person:[^"]+" selected>', filled)


def test_what_one_claim_is_refused_for_keeps_back_no_other(house: FundHouse) -> None:
    clerk = house.signed_in(house.clerk)
    batch(clerk, "reward.accept", REWARDS[0])
    assert "确认写入 2 项" in batch(clerk, "reward.accept", *REWARDS, confirmed=False)
    batch(clerk, "reward.accept", *REWARDS)
    asked = batch(clerk, "reward.return", *REWARDS, confirmed=False)
    assert 'name="reason"' in asked
    assert 'name="confirmed"' not in asked
    batch(clerk, "reward.return", REWARDS[1], reason="材料不全")
    judged = batch(clerk, "reward.judge", *REWARDS, eligible="true", confirmed=False)
    assert "确认写入 2 项" in judged
    assert "已写入 2 项，未写入 1 项" in batch(clerk, "reward.judge", *REWARDS, eligible="true")


def test_a_university_sees_its_own_claims_and_a_clerk_must_tick_one(house: FundHouse) -> None:
    second = house.signed_in(house.office.stranger).page(f"/funds/{FUND}").text
    assert second.count("/history/reward") == 1
    clerk = house.signed_in(house.clerk)
    none = clerk.post(f"/funds/{FUND}/reward.accept", data={}, headers=OWN)
    assert "请先选择至少一项申报" in none.text
    assert clerk.page("/funds/fund:nowhere").status_code == 404
    refused = house.signed_in(house.office.clerk).post(
        f"/funds/{FUND}/reward.accept", data={"claims": REWARDS[0]}, headers=OWN
    )
    assert refused.status_code == 403


def test_money_paid_back_is_clawed_back_from_the_funds_page(
    house: FundHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(command: str, actor: str, **more: object) -> None:
        house.office.do(f"reward.{command}", {"reward": REWARDS[1], **more}, actor)

    say("accept", house.clerk)
    say("judge", house.clerk, eligible=True)
    say("review", house.reviewer)
    say("publicise", house.approver, last_day="2022-07-16")
    days_pass(monkeypatch, 5)
    house.office.do("reward.award", {"claims": [REWARDS[1]]}, house.approver)
    say("appropriate", house.payer)
    approver = house.signed_in(house.approver)
    assert "追回奖励" not in approver.page(f"/funds/{FUND}").text
    refunder = house.office.hire(Role.FINANCE_APPROVER, SECOND)
    (row,) = house.as_(refunder).get("/v1/views/receipts").json()["rows"]
    refund = {"receipt": row["receipt"], "number": 1, "amount_fen": SECOND_FEN}
    house.office.do("receipt.refund", refund, refunder)
    page = approver.page(f"/funds/{FUND}").text
    (form,) = re.findall(r'href="(/forms/reward.claw-back[^"]+)"', page)
    asked = approver.page(unescape(form)).text
    assert f'value="{REWARDS[1]}" selected' in asked
    sent = {"reward": REWARDS[1], "back": f"/funds/{FUND}"}
    done = approver.confirmed("/forms/reward.claw-back", sent)
    assert done.status_code == 303, done.text
    assert stages(house)[REWARDS[1]] == "clawed-back"
