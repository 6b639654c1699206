"""What the log says of itself after a disaster: that it came back, or goes on under a new name."""

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New
from ledger.declaration import Declaration
from ledger.facts import LogRestored, OriginSucceeded, SigningKeyAdopted
from ledger.institutions import Log
from ledger.refusals import Refusal, Refused
from ledger.subjects import LOG, Digest, Text

Size = Annotated[int, Field(ge=0)]

# --- Commands


class RecordRestore(Command):
    """Say that the log was restored; given by the log itself."""

    NAME: ClassVar[str] = "log.record-restore"
    ZH: ClassVar[str] = "记录日志已恢复"
    EN: ClassVar[str] = "Record that the log was restored"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset()
    backup_size: Size
    refilled: Size


class SucceedOrigin(Command):
    """Go on under a new name after what an older one signed was lost; given by the log itself.

    `key` is the verifier key that signs under the new name.
    """

    NAME: ClassVar[str] = "log.succeed-origin"
    ZH: ClassVar[str] = "启用新的日志名称"
    EN: ClassVar[str] = "Go on under a new origin"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset()
    origin: Text
    predecessor_size: Size
    predecessor_root: Digest
    key: Text


# --- decide


def record_restore(command: RecordRestore, case: Case) -> Decision:
    """Record a restore and how many facts came from the log's entries."""
    fact = LogRestored(backup_size=command.backup_size, refilled=command.refilled, on=case.today)
    return Decision((New(fact, institution=LOG),))


def succeed_origin(command: SucceedOrigin, case: Case) -> Decision:
    """Adopt a name the log never had, beside the last head signed under the present one."""
    log = case.read(Log, LOG)
    if command.origin in (log.origin, *log.former_origins):
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.origin)
    fact = OriginSucceeded(
        origin=command.origin,
        predecessor=log.origin,
        predecessor_size=command.predecessor_size,
        predecessor_root=command.predecessor_root,
        on=case.today,
    )
    key = SigningKeyAdopted(key=command.key, before=log.key, on=case.today)
    return Decision((New(fact, institution=LOG), New(key, institution=LOG)))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(RecordRestore, record_restore, (LogRestored,)),
    Declaration(SucceedOrigin, succeed_origin, (OriginSucceeded, SigningKeyAdopted)),
)
