"""A house in which money came in under licenses of two universities, for tests of figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from api.demo.story.contracts import terms
from api.postgres import Logins
from ledger.actors import Role
from tests.api.http_house import House, open_house
from tests.api.office import FIRST, SECOND, TODAY, bank_file

FIRM = "counterparty:91310112MA1GD00041"
PATENTS = {FIRST: "patent:2018100000014", SECOND: "patent:2018100000029"}
LICENSES = {FIRST: f"license:{UUID(int=1)}", SECOND: f"license:{UUID(int=2)}"}
ACCOUNTS = {FIRST: "1001000000000000001", SECOND: "1001000000000000002"}
FIRST_FEN, SECOND_FEN, LATE_FEN = 123_456_05, 1_000_00, 500_000_00


class FigureHouse(House):
    """A house whose universities sell rights and book the money."""

    def license_of(self, institution: str) -> None:
        """A patent filed and granted, and a license under which 100,000.00 fell due."""
        staff, patent = self.office.hire(Role.CENTRE_STAFF, institution), PATENTS[institution]
        filed = {"patent": patent, "title": "示例装置", "filed": "2018-03-15"}
        due = {"number": 1, "due": "2022-06-01", "amount_fen": 10_000_000}
        body = {
            "license": LICENSES[institution],
            "contract_number": f"示例-{institution[-4:]}",
            "counterparty": FIRM,
            "patents": [patent],
            "signed": "2022-05-20",
            "terms": terms(
                TODAY.date().replace(month=5, day=21),
                None,
                dues=[{**due, "purpose": "license-fee"}],
                fixed_fee_fen=10_000_000,
            ),
        }
        self.office.do("patent.file", filed, staff)
        self.office.do("patent.grant", {"patent": patent, "on": "2020-04-20"}, staff)
        self.office.do("license.grant", body, staff)

    def received(self, institution: str, day: str, fen: int) -> str:
        """A line of the bank claimed and allocated to the license; answers the receipt."""
        clerk = self.office.clerk if institution == FIRST else self.office.stranger
        http = self.as_(clerk)
        file = bank_file([(day, fen, "示例公司", "许可费")], own=ACCOUNTS[institution])
        taken = http.post("/v1/statements/import", files={"file": (f"{day}.csv", file)})
        assert taken.status_code == 201, taken.text
        (line,) = http.get("/v1/desk/unclaimed").json()["lines"]
        receipt: str = line["receipt"]
        part = {"contract": LICENSES[institution], "purpose": "license-fee", "amount_fen": fen}
        for path, body in (
            ("claim", {"receipt": receipt, "payer": FIRM}),
            ("allocate", {"receipt": receipt, "parts": [part]}),
        ):
            done = http.post(f"/v1/receipts/{path}", json=body)
            assert done.status_code == 201, done.text
        return receipt

    def head(self) -> int:
        """How many facts there are."""
        return self.office.count("ledger.facts")


@contextmanager
def open_figure_house(urls: Logins, folder: Path) -> Iterator[FigureHouse]:
    """The house with one receipt of each university, on 28 and 29 June 2022."""
    with open_house(urls, folder) as plain:
        house = FigureHouse(plain.office, plain.app, plain.portal)
        house.register_bureau()
        office = house.office
        office.register_account(office.stranger, ACCOUNTS[SECOND])
        staff = office.hire(Role.CENTRE_STAFF, FIRST)
        office.do("counterparty.register", {"counterparty": FIRM, "name": "示例公司"}, staff)
        for institution in (FIRST, SECOND):
            house.license_of(institution)
        house.received(FIRST, "2022-06-28", FIRST_FEN)
        house.received(SECOND, "2022-06-29", SECOND_FEN)
        yield house


def rows_by_place(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Rows of one figure by institution, group or "total"."""
    return {row["institution"] or row["group"] or row["scope"]: row for row in body["rows"]}
