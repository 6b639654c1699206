"""Who claims a reward for a contract finds its money in the form, as far as no claim counts it."""

import re
from html import unescape
from pathlib import Path
from uuid import uuid4

from api.postgres import Logins
from ledger.actors import Role
from tests.api.figure_house import LICENSES
from tests.api.fund_house import FUND, open_fund_house
from tests.api.http_house import ORIGIN, Browser
from tests.api.office import FIRST

CLAIM = "/forms/reward.claim"


def lines(page: str) -> list[tuple[str, str]]:
    """Receipt and number of each row of the form that is filled in."""
    receipts = re.findall(
        r'<select name="lines\.\d+\.receipt".*?</select>', unescape(page), re.DOTALL
    )
    chosen = [re.findall(r'value="([^"]+)" selected', each) for each in receipts]
    numbers = re.findall(r'name="lines\.\d+\.number" value="(\d*)"', page)
    return [(one[0], number) for one, number in zip(chosen, numbers, strict=True) if one]


def asked_again(staff: Browser, **form: str) -> str:
    sent = staff.post(CLAIM, data={**form, "again": "true"}, headers={"origin": ORIGIN})
    assert sent.status_code == 200, sent.text
    return sent.text


def test_a_claim_comes_with_the_money_of_its_contract_that_nobody_claimed(
    ledger: Logins, tmp_path: Path
) -> None:
    with open_fund_house(ledger, tmp_path) as house:
        fresh = house.received(FIRST, "2022-07-02", 70_000_00)
        office = house.office
        person = f"person:{uuid4()}"
        actor = office.hire(Role.CENTRE_STAFF, FIRST)
        office.do("person.register", {"person": person, "name": "周示例"}, actor)
        staff = house.signed_in(actor)
        contract = LICENSES[FIRST]
        assert lines(staff.page(CLAIM).text) == []
        assert lines(staff.page(f"{CLAIM}?contract={contract}").text) == [(fresh, "1")]
        assert lines(asked_again(staff, contract=contract, fund=FUND)) == [(fresh, "1")]
        kept = {"contract": contract, "lines.0.receipt": fresh, "lines.0.number": "7"}
        assert lines(asked_again(staff, **kept)) == [(fresh, "7")]
        claim = {
            "fund": FUND,
            "contract": contract,
            "lines.0.receipt": fresh,
            "lines.0.number": "1",
            "team.0.person": person,
            "team.0.weight": "1",
            "back": "/funds",
        }
        assert staff.confirmed(CLAIM, claim).status_code == 303
        assert lines(staff.page(f"{CLAIM}?contract={contract}").text) == []
