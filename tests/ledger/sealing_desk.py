"""What tests of sealing share: a log with a key, entries written into it, and its folder."""

import uuid
from pathlib import Path

import psycopg

from ledger.key_files import read_seed
from ledger.last_signed import LastSigned, write_last_signed
from ledger.notes import Signer
from ledger.proposals import RegisterActor
from ledger.sealing import CHECKPOINT, Seal, sealer
from ledger.signing_keys import AdoptSigningKey
from tests.ledger.stage import Stage

HOST = "a host"
ORIGIN = "example.edu.cn/ledger"


class SealingDesk:
    """A stage whose log may be sealed into a folder."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage, self.url = stage, stage.url
        folder.mkdir(parents=True, exist_ok=True)
        self.seal = Seal(folder / "log", folder / "log.key", HOST)
        self.origin = ORIGIN
        self.make_key(self.seal.key_file, 1)

    def make_key(self, file: Path, number: int) -> str:
        """Write a key file; the key follows from the number."""
        file.write_text(bytes([number] * 32).hex() + "\n")
        return str(Signer.of_seed(self.origin, read_seed(file)).verifier)

    def adopt(self) -> None:
        """Adopt the key, as on the first day."""
        write_last_signed(self.seal.key_file, LastSigned(HOST, None))
        self.adopt_key(self.make_key(self.seal.key_file, 1))

    def adopt_key(self, vkey: str) -> None:
        """Record the adoption of a key."""
        self.stage.do(AdoptSigningKey(key=vkey), "administrator")

    def write(self, count: int = 1) -> None:
        """That many facts more."""
        for _ in range(count):
            command = RegisterActor(actor=f"actor:{uuid.uuid4()}", kind="program", person=None)
            self.stage.do(command, "administrator")

    def seal_all(self, seal: Seal | None = None) -> int:
        """Seal to the head as a process of its own would; answers the size."""
        with sealer(self.url, seal or self.seal) as made:
            while made.seal():
                pass
            return made.size

    def checkpoint(self) -> bytes:
        """The published checkpoint."""
        return (self.seal.folder / CHECKPOINT).read_bytes()

    def entries(self) -> list[bytes]:
        """Every stored entry."""
        with psycopg.connect(self.url) as connection:
            rows = connection.execute("SELECT state FROM ledger.facts ORDER BY position")
            return [bytes(row[0]) for row in rows]
