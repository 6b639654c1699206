"""What tests of the doors share: an opened ledger with institutions, people, roles, an account."""

import dataclasses
import itertools
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from api.home import Home, open_home
from api.postgres import Logins
from api.settings import Limits, Settings
from api.tokens import Purpose, given_by_two, own_token
from ledger.actors import Role
from ledger.sitting import Answer
from ledger.writers import Scribe

TODAY = datetime(2022, 7, 15, 4, 0, tzinfo=UTC)
FIRST = "institution:12100000425006117P"
SECOND = "institution:12100000425006125J"
ACCOUNT_NUMBER = "1001000000000000001"
HEADER = "交易日期,借方发生额,贷方发生额,余额,对方账号,对方户名,摘要"


@dataclasses.dataclass
class Office:
    """A ledger on 2022-07-15 with two universities; `clerk` works at the first of them."""

    home: Home
    connection: psycopg.Connection[Any]
    scribe: Scribe
    administrator: str
    security: str
    clerk: str = ""
    stranger: str = ""
    account: str = ""

    def do(self, name: str, body: dict[str, Any], actor: str) -> Answer:
        """One command through the door and the book."""
        return self.scribe.handle(self.home.door.admit(name, body, actor))

    def hire(self, role: Role, institution: str | None) -> str:
        """A new actor with one role."""
        actor = self.arrive()
        self.grant(actor, role, institution)
        return actor

    def arrive(self) -> str:
        """A new actor who is somebody, with no right yet."""
        actor, person = f"actor:{uuid.uuid4()}", f"person:{uuid.uuid4()}"
        self.do("actor.register", {"actor": actor, "person": person}, self.administrator)
        return actor

    def grant(self, holder: str, role: Role, scope: str | None, **days: str) -> None:
        """A role, given by two persons."""
        proposal = {"proposal": f"proposal:{uuid.uuid4()}"}
        body = {**proposal, "holder": holder, "role": role, "scope": scope, **days}
        self.do("role.grant", body, self.administrator)
        self.do("right.confirm", proposal, self.security)

    def secret(self, holder: str, purpose: Purpose = "bearer", days: int = 30) -> str:
        """A fresh secret, given by two persons where it is somebody else's."""
        until, two = TODAY + timedelta(days=days), (self.administrator, self.security)
        made = (
            own_token(self.home.door, holder, purpose, until)
            if holder in two
            else given_by_two(self.home, self.scribe, two, holder, purpose, until)
        )
        self.scribe.handle(made.request)
        return made.secret

    def register_account(self, actor: str, number: str = ACCOUNT_NUMBER) -> str:
        """A bank account of the actor's institution."""
        account = f"account:{uuid.uuid4()}"
        body = {"account": account, "bank": "示例银行", "holder": "institution", "number": number}
        self.do("account.register", body, actor)
        return account

    def count(self, table: str) -> int:
        """Rows of a table."""
        row = self.connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        return int(row[0]) if row else 0

    def topics(self) -> list[str]:
        """Types of all facts in order."""
        rows = self.connection.execute("SELECT topic FROM ledger.facts ORDER BY position")
        return [row[0] for row in rows]


def settings_for(urls: Logins, folder: Path, token: str | None = None) -> Settings:
    """Settings of a process that works on the test's database."""
    return Settings(
        home=folder,
        service_url=urls.service,
        owner_url=urls.owner,
        origin="test.example/ledger",
        vault_key_file=folder / "vault.key",
        signing_key_file=folder / "log.key",
        token=token,
        locale="zh",
        limits=Limits(rate=0),
    )


@contextmanager
def open_office(urls: Logins, folder: Path) -> Iterator[Office]:
    """An office on an empty database."""
    with open_home(settings_for(urls, folder)) as opened:
        home = dataclasses.replace(opened, clock=lambda: TODAY)
        with (
            psycopg.connect(home.service_url, autocommit=True) as connection,
            Scribe(home.service_url, home.clock) as scribe,
        ):
            administrator = f"actor:{uuid.uuid4()}"
            security = f"actor:{uuid.uuid4()}"
            office = Office(home, connection, scribe, administrator, security)
            opening = {
                "origin": "test.example/ledger",
                "clock": "simulated",
                "administrator": administrator,
                "person": f"person:{uuid.uuid4()}",
                "security_administrator": security,
                "security_person": f"person:{uuid.uuid4()}",
            }
            office.do("log.open", opening, administrator)
            for code in (FIRST, SECOND):
                names = {"name_zh": "示例大学", "name_en": "Example University"}
                body = {"code": code, "kind": "university", **names}
                office.do("institution.register", body, administrator)
            office.clerk = office.hire(Role.FINANCE_CLERK, FIRST)
            office.stranger = office.hire(Role.FINANCE_CLERK, SECOND)
            office.account = office.register_account(office.clerk)
            yield office


def bank_file(
    lines: Sequence[tuple[str, int, str, str]], opening_fen: int = 0, own: str = ACCOUNT_NUMBER
) -> bytes:
    """A CSV export of (day, amount in fen, payer, remittance); its balances follow."""
    amounts = itertools.accumulate((amount for _, amount, _, _ in lines), initial=opening_fen)
    rows = [f"账号:,{own}", HEADER]
    for (day, amount, payer, text), balance in zip(lines, list(amounts)[1:], strict=True):
        came_in, out = (_yuan(amount), "") if amount > 0 else ("", _yuan(-amount))
        rows.append(f"{day},{out},{came_in},{_yuan(balance)},3100660000000011,{payer},{text}")
    return "\n".join(rows).encode()


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"
