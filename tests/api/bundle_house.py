"""A house whose log is sealed, with a key that an auditor noted down, and bundles of it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.access import Caller
from api.audit.bundle import audit
from api.audit.findings import Report
from api.bundles.read import open_bundle
from api.bundles.write import Wanted, newest_seal
from api.cli_bundle import as_far_as_read, need_right, written
from api.cli_session import Session
from api.postgres import SUPERUSER, Logins
from api.sealing import seal_once
from api.signing import first_adoption
from api.tokens import holder_of
from ledger.case import business_day
from ledger.notes import VerifierKey
from ledger.sealing_stops import SealingStopped
from ledger.signing_keys import log_state
from tests.api.figure_house import FigureHouse, open_figure_house


@dataclass
class BundleHouse:
    """A sealed ledger of two universities with money in it, and the log's key."""

    house: FigureHouse
    ledger: Logins
    folder: Path
    key: VerifierKey

    def seal(self) -> None:
        """Have everything sealed, by whoever does it."""
        deadline = time.monotonic() + 30
        while self.sealed_size() < self.house.head():
            try:
                seal_once(self.house.office.home)
            except SealingStopped:
                time.sleep(0.1)  # the service itself is at it
            assert time.monotonic() < deadline

    def sealed_size(self) -> int:
        """How many facts are under the published checkpoint."""
        sealed = newest_seal(self.house.office.home, self.house.office.connection)
        return 0 if sealed is None else sealed.size

    def session(self, actor: str = "") -> Session:
        """Somebody at work, a state auditor without a name."""
        office = self.house.office
        secret = self.house.secret(actor or self.house.auditor())
        now = office.home.clock()
        holder = holder_of(office.connection, secret, now)
        assert holder is not None
        caller = Caller(holder.actor, holder.token, holder.state, business_day(now))
        return Session(office.home, office.connection, office.scribe, caller)

    def bundle(
        self,
        name: str,
        institution: str | None = None,
        proofs: Sequence[int] = (),
        *,
        evidence: bool = False,
        actor: str = "",
    ) -> tuple[Path, Report]:
        """A bundle beside the home as far as somebody reads, and what its own check found."""
        session = self.session(actor)
        sealed = newest_seal(session.home, session.connection)
        assert sealed is not None
        out = self.folder / name
        need_right(session.caller, institution)
        asked = Wanted(institution, proofs, evidence)
        wanted = as_far_as_read(session.home, session.caller, asked)
        return out, written(session, sealed, wanted, out, lambda done: None)

    def audit(self, path: Path, *, key: VerifierKey | None = None) -> Report:
        """What an auditor finds in a bundle."""
        with open_bundle(path) as bundle:
            return audit(bundle, [key or self.key], None, lambda done: None)

    def tamper(self, *statements: str) -> None:
        """Change rows as a superuser with the triggers switched off."""
        told = conninfo_to_dict(self.ledger.service) | {"user": SUPERUSER}
        with psycopg.connect(make_conninfo("", **told)) as connection:
            tables = ("facts", "subjects", "commands")
            for table in tables:
                connection.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL".encode())
            for statement in statements:
                assert connection.execute(statement.encode()).rowcount, statement
            for table in tables:
                connection.execute(
                    f"ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER append_only".encode()
                )

    def position_of(self, topic: str) -> int:
        """Where the first fact of a type stands."""
        row = self.house.office.connection.execute(
            "SELECT min(position) FROM ledger.facts WHERE topic = %s", (topic,)
        ).fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def open_bundle_house(ledger: Logins, folder: Path) -> Iterator[BundleHouse]:
    """The house of the figures with a key adopted and everything sealed."""
    with open_figure_house(ledger, folder / "home") as house:
        office = house.office
        origin = log_state(office.connection).origin
        office.scribe.handle(first_adoption(office.home, origin, office.administrator))
        key = log_state(office.connection).key
        assert key is not None
        opened = BundleHouse(house, ledger, folder, VerifierKey.parse(key))
        opened.session()
        opened.seal()
        yield opened
