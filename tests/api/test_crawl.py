"""Every link leads somewhere, every act opens filled in, every chooser offers what works."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from api.postgres import Logins
from ledger.actors import Role
from tests.api.crawl import walk
from tests.api.figure_house import open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST
from tests.api.test_demo import COMPLETE_WITHIN, Demonstration

PAGES: Final = 300
"""Pages of each reader: every kind of page there is, a few of each."""

READERS: Final = {
    "auditor": {"finding.raise"},
    "finance": {"receipt.allocate", "reward.disburse", "counterparty.register"},
    "centre": {"license.grant", "disclosure.amend", "license.amend", "patent.file"},
    "bureau": {"reward.award", "centre.withdraw"},
    "inventor": {"disclosure.submit"},
    "finance-approver": {"receipt.refund", "receipt.deallocate"},
    "bureau-clerk": {"counterparty.verify-size"},
    "bureau-payer": set[str](),
}
"""Entries of tokens.json, and some acts that each must meet on the way."""


@pytest.fixture(scope="module")
def played() -> Iterator[Demonstration]:
    made = Path(tempfile.mkdtemp(prefix="zh-crawl-"))
    made.chmod(0o711)
    shown = Demonstration(made / "played")
    try:
        shown.wait("/readyz", COMPLETE_WITHIN)
        yield shown
    finally:
        shown.leave()
        shutil.rmtree(made)


@pytest.mark.prove
@pytest.mark.parametrize("who", READERS)
def test_a_reader_of_the_demonstration_meets_no_dead_end(played: Demonstration, who: str) -> None:
    headers = {"authorization": f"Bearer {played.tokens()[who]}", "accept": "text/html"}
    with httpx.Client(base_url=played.url(""), headers=headers, timeout=60) as http:
        met = walk(http, PAGES)
    assert met.wrong == []
    assert {f"/forms/{name}" for name in READERS[who]} <= met.forms.keys()


class _InHouse(httpx.BaseTransport):
    """A plain client's way to an app that a browser of the tests reaches."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        if request.method == "GET":
            found = self._browser.page(path)
        else:
            sent = dict(request.headers.items()) | {"accept": "text/html"}
            found = self._browser.post(path, content=request.read(), headers=sent)
        return httpx.Response(found.status_code, text=found.text)


@pytest.mark.parametrize("role", [Role.CENTRE_STAFF, Role.FINANCE_APPROVER])
def test_a_reader_of_a_small_ledger_meets_no_dead_end(
    ledger: Logins, tmp_path: Path, role: Role
) -> None:
    with open_figure_house(ledger, tmp_path) as house:
        browser = house.as_(house.office.hire(role, FIRST))
        with httpx.Client(transport=_InHouse(browser), base_url="http://zhiheng.test") as http:
            met = walk(http, 60)
    assert met.wrong == []
    assert met.forms
