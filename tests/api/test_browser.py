"""The pages in a real browser: signing in, tables sorted and searched, both languages."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api.postgres import Logins
from api.serving import HOST, bound, http_server
from api.tokens import Purpose
from tests.api.chromium import Page, chromium, until
from tests.api.office import FIRST, Office, bank_file, open_office

FILE = bank_file(
    [
        ("2022-06-27", 99_00, "甲公司", "许可费"),
        ("2022-06-28", 1_234_567_89, "乙公司", "许可费"),
        ("2022-06-29", 250_000_00, "丙公司", "许可费"),
    ]
)
ASKED = "return location.pathname"


class Served:
    """An office behind a real server on a port of its own."""

    def __init__(self, office: Office, address: str) -> None:
        self.office, self.address = office, address

    def secret(self, purpose: Purpose) -> str:
        """A fresh secret of the clerk."""
        return self.office.secret(self.office.clerk, purpose)

    def claim_everything(self) -> None:
        """Take the bank file in and claim every line of it."""
        bearer = {"authorization": f"Bearer {self.secret('bearer')}"}
        with httpx.Client(base_url=self.address, headers=bearer) as http:
            assert http.post("/v1/statements/import", files={"file": FILE}).status_code == 201
            for line in http.get("/v1/desk/unclaimed").json()["lines"]:
                claimed = http.post("/v1/receipts/claim", json={"receipt": line["receipt"]})
                assert claimed.status_code == 201, claimed.text


@contextmanager
def serving(office: Office) -> Iterator[Served]:
    """The office's app on a free port until the test is over."""
    server = http_server(office.home)
    with bound(0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started or not thread.is_alive())
            yield Served(office, f"http://{HOST}:{listening.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def served(ledger: Logins, tmp_path: Path) -> Iterator[Served]:
    with open_office(ledger, tmp_path) as office, serving(office) as running:
        yield running


@pytest.fixture
def page(served: Served) -> Iterator[Page]:
    with chromium() as opened:
        opened.open(f"{served.address}/sign-in?token={served.secret('sign-in')}")
        opened.click("main form button")
        until(lambda: opened.run(ASKED) == "/")
        yield opened


def amounts(page: Page) -> list[str]:
    """The received amounts of the rows in sight, in their order."""
    return page.run(  # type: ignore[no-any-return]
        "const at = [...document.querySelectorAll('thead th')]"
        ".findIndex(h => /到账金额|Received/.test(h.innerText));"
        "return [...document.querySelectorAll('tbody tr')].filter(r => !r.hidden)"
        ".map(r => r.cells[at].innerText)"
    )


def press_amount(page: Page) -> None:
    """Sort by the received amount."""
    page.run(
        "[...document.querySelectorAll('thead button')]"
        ".find(b => /到账金额|Received/.test(b.innerText)).click()"
    )


def test_a_clerk_signs_in_reads_sorts_searches_filters_and_switches_language(
    served: Served, page: Page
) -> None:
    served.claim_everything()
    page.click('.views a[href="/views/receipts"]')
    until(lambda: page.texts("h1") == ["到款台账"])

    small, middle, large = "99.00", "250,000.00", "1,234,567.89"
    press_amount(page)
    assert amounts(page) == [small, middle, large]
    press_amount(page)
    assert amounts(page) == [large, middle, small]

    page.type("input[type=search]", "2022-06-28")
    until(lambda: amounts(page) == [large])
    page.type("input[type=search]", "x")
    until(lambda: page.texts("[data-none]") == ["没有符合的行"])

    page.run("document.querySelector('[name=as_of]').value = '2022-06-28'")
    page.click("form.moment button")
    until(lambda: sorted(amounts(page)) == sorted([small, large]))
    assert "业务时点 2022-06-28" in page.texts(".stamp")[0]

    page.click("nav a[hreflang=en]")
    until(lambda: page.texts("h1") == ["Receipts"])
    assert "Unallocated (yuan)" in page.texts("thead th")
    assert sorted(amounts(page)) == sorted([small, large])


def test_pages_fit_a_telephone_and_their_scripts_and_styles_are_let_in(
    served: Served, page: Page
) -> None:
    served.claim_everything()
    page.resize(390, 844)
    account = served.office.account
    for path in ("/", "/views/receipts", f"/history/{account}", "/desk", f"/history/{FIRST}"):
        page.open(served.address + path)
        wide, room = page.run("return [document.documentElement.scrollWidth, innerWidth]")
        assert wide <= room, path
        assert page.run("return getComputedStyle(document.body).margin") == "0px"
    page.open(f"{served.address}/views/receipts")
    assert page.texts("thead button")


def test_a_bank_file_is_previewed_and_taken_in_by_hand(
    served: Served, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "流水.csv"
    file.write_bytes(FILE)
    page.open(f"{served.address}/desk")
    page.type("input[type=file]", str(file))
    page.click("form[enctype] button")
    until(lambda: page.texts("h1") == ["预览：流水.csv"])
    assert served.office.count("vault.bank_lines") == 0
    page.click("form[enctype] button")
    until(lambda: page.texts(".notice")[:1] == ["已导入 3 行（另有 0 行早已导入）。"])
    assert served.office.count("vault.bank_lines") == 3
