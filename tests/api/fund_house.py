"""A house whose bureau has a small reward fund and three claims on it, for tests of its desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.postgres import Logins
from ledger.actors import Role
from ledger.policies.reward_fund_2022 import REWARD_FUND_2022
from tests.api import office as offices
from tests.api.figure_house import FIRM, LATE_FEN, LICENSES, FigureHouse, open_figure_house
from tests.api.office import FIRST, SECOND

FUND = "fund:small"
CAP_FEN = 200_00
REWARDS = tuple(f"reward:{UUID(int=n)}" for n in (1, 2, 3))
ASKED_FEN = (123_46, 1_00, 500_00)
"""What the three claims are worth: a thousandth of what came in."""


class FundHouse(FigureHouse):
    """The bureau's people, and claims of two universities that wait to be accepted."""

    def staff_the_bureau(self) -> None:
        """Two clerks, an approver and a payer."""
        self.clerk, self.reviewer = (self.office.hire(Role.BUREAU_CLERK, None) for _ in range(2))
        self.approver = self.office.hire(Role.BUREAU_APPROVER, None)
        self.payer = self.office.hire(Role.BUREAU_PAYER, None)

    def open_fund(self, **terms: Any) -> None:
        """The rules of 2022 with a cap of 200 yuan, and a firm whose size is verified."""
        adopted = {"policy": f"policy:{REWARD_FUND_2022.id}", "version": 1}
        self.office.do("policy.adopt", adopted, self.approver)
        sizes = {"policy": "policy:sme-size", "version": 1}
        self.office.do("policy.adopt", sizes, self.approver)
        shipped = REWARD_FUND_2022.data["terms"]
        assert isinstance(shipped, dict)
        body = {"fund": FUND, "terms": {**shipped, "cap_fen": CAP_FEN, **terms}}
        self.office.do("fund.open", body, self.approver)
        measured = {
            "counterparty": FIRM,
            "industry": "industry",
            "employees": 50,
            "revenue_fen": 1_000_000_00,
            "year": 2021,
            "basis": "financial-statements",
            "on": "2022-05-01",
        }
        self.office.do("counterparty.verify-size", measured, self.clerk)

    def claim(self, reward: str, institution: str, receipt: str) -> None:
        """A claim for the one allocation of a receipt, by a team of one."""
        staff = self.office.hire(Role.CENTRE_STAFF, institution)
        person = f"person:{uuid4()}"
        self.office.do("person.register", {"person": person, "name": "周示例"}, staff)
        body = {
            "reward": reward,
            "fund": FUND,
            "contract": LICENSES[institution],
            "lines": [{"receipt": receipt, "number": 1}],
            "team": [{"person": person, "weight": 1}],
        }
        self.office.do("reward.claim", body, staff)


@contextmanager
def open_fund_house(urls: Logins, folder: Path, **terms: Any) -> Iterator[FundHouse]:
    """The house with its three claims on 15 July 2022."""
    with open_figure_house(urls, folder) as plain:
        house = FundHouse(plain.office, plain.app, plain.portal)
        house.staff_the_bureau()
        house.open_fund(**terms)
        late = house.received(FIRST, "2022-07-01", LATE_FEN)
        rows = house.as_(house.approver).get("/v1/views/receipts").json()["rows"]
        arrived = {row["institution"]: row["receipt"] for row in rows if row["receipt"] != late}
        house.claim(REWARDS[0], FIRST, arrived[FIRST])
        house.claim(REWARDS[1], SECOND, arrived[SECOND])
        house.claim(REWARDS[2], FIRST, late)
        yield house


def days_pass(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let the office's clock go on."""
    monkeypatch.setattr(offices, "TODAY", offices.TODAY + timedelta(days=days))
