"""A ledger in a home of its own with an embedded server, to be backed up, lost and restored."""

import secrets
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg

from api.backups.mending import Mended, Wanted, mend, settle_origin
from api.backups.papers import Paper
from api.backups.restoring import restore_from
from api.backups.taking import place_of, take
from api.home import DATABASE, Home, open_home
from api.postgres import EmbeddedServer
from api.settings import Settings, read_settings
from ledger.last_signed import LastSigned, write_last_signed
from ledger.notes import Signer
from ledger.sealing import Seal, sealer
from ledger.sitting import Answer
from ledger.vault import READ
from ledger.writers import Scribe

HOST = "this host"
ORIGIN = "test.example/ledger"


def untold(done: int, total: int) -> None:
    """Nobody listens how far it is."""


def _begun(mended: Mended) -> bool:
    return mended.new_origin is not None


@dataclass
class Homestead:
    """A home, its settings and its administrator; every visit starts the server and stops it."""

    folder: Path
    administrator: str = field(default_factory=lambda: f"actor:{uuid.uuid4()}")

    @property
    def settings(self) -> Settings:
        """Settings of a process in this home; the keys lie beside it."""
        keys = self.folder / "keys"
        settings = read_settings({"ZHIHENG_ORIGIN": ORIGIN}, self.folder / "home")
        return replace(
            settings, vault_key_file=keys / "vault.key", signing_key_file=keys / "log.key"
        )

    @contextmanager
    def visited(self) -> Iterator["Visit"]:
        """The home while somebody works in it."""
        with open_home(self.settings) as home, Scribe(home.service_url, home.clock) as scribe:
            yield Visit(home, scribe, self.administrator)

    def found(self) -> None:
        """Open the log, adopt a key, and seal what there is."""
        with self.visited() as visit:
            opening = {"origin": ORIGIN, "clock": "real", "administrator": self.administrator}
            opening |= {"security_administrator": f"actor:{uuid.uuid4()}"}
            persons = {each: f"person:{uuid.uuid4()}" for each in ("person", "security_person")}
            visit.do("log.open", {**opening, **persons})
            seed = secrets.token_bytes(32)
            self.settings.signing_key_file.write_text(seed.hex() + "\n")
            write_last_signed(self.settings.signing_key_file, LastSigned(HOST, None))
            key = str(Signer.of_seed(ORIGIN, seed).verifier)
            visit.do("signing-key.adopt", {"key": key})
            visit.seal()

    def copied(self, folder: Path) -> "Homestead":
        """The same home in another folder, while nobody visits it."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        copy = replace(self, folder=folder)
        server = EmbeddedServer(copy.settings.home)
        server.hand_over(server.data)
        return copy

    def back_up(self, name: str, earlier: str | None = None) -> Paper:
        """Take a backup beside the home."""
        with self.visited() as visit:
            before = None if earlier is None else self.folder / earlier
            return visit.back_up(self.folder / name, before)

    def restore(self, name: str, new_origin: str | None = None, **how: Any) -> Mended:
        """Restore from a backup beside the home, and settle what follows from it."""
        wanted = Wanted(HOST, new_origin, untold)
        wal, until = how.get("wal"), how.get("until")
        mended = restore_from(self.settings, self.folder / name, wal, until, wanted)
        with self.visited() as visit:
            settle_origin(visit.home.service_url, self.settings, HOST, just_begun=_begun(mended))
        return mended

    def mend(self, new_origin: str | None = None) -> Mended:
        """Mend the database as it stands."""
        with open_home(self.settings) as home:
            assert home.server is not None
            owner = home.server.logins(DATABASE).owner
            wanted = Wanted(HOST, new_origin, untold)
            mended = mend(owner, home.service_url, self.settings, wanted, restored=False)
            settle_origin(home.service_url, self.settings, HOST, just_begun=_begun(mended))
            return mended

    def entries(self) -> list[bytes]:
        """The stored bytes of every fact."""
        with self.visited() as visit:
            return visit.entries()

    def tiles(self) -> dict[str, bytes]:
        """Every file of the log's folder."""
        log = self.settings.log_folder
        files = (file for file in log.rglob("*") if file.is_file())
        return {str(file.relative_to(log)): file.read_bytes() for file in files}

    def lose(self) -> None:
        """Everything but the keys is gone."""
        shutil.rmtree(self.settings.home)


@dataclass
class Visit:
    """Somebody at work in a home."""

    home: Home
    scribe: Scribe
    administrator: str

    def do(self, name: str, body: dict[str, Any], key: str | None = None) -> Answer:
        """One command through door and book."""
        return self.scribe.handle(self.home.door.admit(name, body, self.administrator, key))

    def register(self, name: str, key: str | None = None) -> str:
        """A person known by name; answers the id."""
        answer = self.do("person.register", {"name": name}, key)
        return answer.written[0].subjects[0].subject

    def seal(self) -> int:
        """Seal up to the head; answers the size."""
        settings = self.home.settings
        seal = Seal(settings.log_folder, settings.signing_key_file, HOST)
        with sealer(self.home.service_url, seal) as made:
            while made.seal():
                pass
            return made.size

    def back_up(self, out: Path, earlier: Path | None = None) -> Paper:
        """Take a backup."""
        return take(self.home, out, place_of(self.home, None), earlier, untold)

    def entries(self) -> list[bytes]:
        """The stored bytes of every fact."""
        return [row[0] for row in self.rows("SELECT state FROM ledger.facts ORDER BY position")]

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a query, as the service."""
        with psycopg.connect(self.home.service_url, autocommit=True) as connection:
            return connection.execute(sql.encode(), parameters).fetchall()

    def name_of(self, person: str) -> str | None:
        """What the vault knows a person by."""
        with psycopg.connect(self.home.service_url, autocommit=True) as connection:
            rows = connection.execute(READ.encode().replace(b"%b", b"%s"), ([person],)).fetchall()
        revealed = self.home.vault.reveal(rows)
        return revealed[person]["name"].text if person in revealed else None
