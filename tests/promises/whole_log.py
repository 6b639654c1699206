"""A sealed log of about a thousand facts, to be tampered with."""

import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.audit.findings import Report
from api.audit.live import verify
from api.postgres import SUPERUSER
from api.settings import Settings, read_settings
from ledger.case import Command
from ledger.key_files import read_seed
from ledger.notes import Signer, VerifierKey
from ledger.proposals import AffirmRight, RegisterActor
from tests.ledger.sealing_desk import ORIGIN, SealingDesk
from tests.ledger.stage import Stage

ACTORS = 460


@dataclass
class SealedLog:
    """A stage with everything sealed, its settings, and the key that somebody noted elsewhere."""

    desk: SealingDesk
    settings: Settings
    key: VerifierKey

    def superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection that no grant binds; the caller disables triggers itself."""
        told = conninfo_to_dict(self.desk.url) | {"user": SUPERUSER}
        return psycopg.connect(make_conninfo("", **told))

    def check(self, connection: psycopg.Connection[tuple[object, ...]]) -> Report:
        """What `zhiheng verify` finds in what this connection sees."""
        return verify(self.settings, connection, [self.key], None, lambda done: None)


def sealed_log(stage: Stage, folder: Path) -> SealedLog:
    """Fill a stage, give every command a key, and seal it all."""
    desk = SealingDesk(stage, folder)
    desk.adopt()
    commands: list[Command] = []
    for number in range(ACTORS):
        actor = f"actor:{uuid.uuid5(uuid.NAMESPACE_DNS, str(number))}"
        person = f"person:{uuid.uuid5(uuid.NAMESPACE_URL, str(number))}"
        commands.append(RegisterActor(actor=actor, person=person))
        commands.append(AffirmRight(holder=actor))
    requests = [
        stage.requests.make(command, stage.keeper(command), f"key {number}")
        for number, command in enumerate(commands)
    ]
    assert not [each for each in stage.scribe.handle_all(requests) if isinstance(each, Exception)]
    desk.seal_all()
    settings = replace(
        read_settings({"ZHIHENG_ORIGIN": ORIGIN}, folder), signing_key_file=desk.seal.key_file
    )
    signer = Signer.of_seed(ORIGIN, read_seed(desk.seal.key_file))
    return SealedLog(desk, settings, signer.verifier)
