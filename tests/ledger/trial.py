"""Commands that only tests declare: many facts at once, a fault of the program, a recorded no."""

from typing import Annotated, ClassVar
from uuid import NAMESPACE_DNS, uuid5

from pydantic import Field

from ledger.access import Actor
from ledger.actors import Role
from ledger.case import Case, Command, Decision, New
from ledger.declaration import Declaration
from ledger.facts import TokenRevoked
from ledger.refusals import Refusal, Refused
from ledger.subjects import ActorId


class Churn(Command):
    """Write `count` facts about one actor; anybody may, also on a log that nobody opened."""

    NAME: ClassVar[str] = "trial.churn"
    ZH: ClassVar[str] = "试写"
    EN: ClassVar[str] = "Write on trial"
    ROLES: ClassVar[frozenset[Role] | None] = None
    holder: ActorId
    count: Annotated[int, Field(ge=0, lt=2**16)] = 1
    tag: str = ""


class Falter(Command):
    """Fail as only a wrong program fails."""

    NAME: ClassVar[str] = "trial.falter"
    ZH: ClassVar[str] = "试错"
    EN: ClassVar[str] = "Fail on trial"
    ROLES: ClassVar[frozenset[Role] | None] = None


class HitLimit(Command):
    """Write a fact and answer no, as an award beyond the cap does."""

    NAME: ClassVar[str] = "trial.hit-limit"
    ZH: ClassVar[str] = "试限"
    EN: ClassVar[str] = "Hit a limit on trial"
    ROLES: ClassVar[frozenset[Role] | None] = None
    holder: ActorId


def churn(command: Churn, case: Case) -> Decision:
    """As many facts as asked for, all on one chain."""
    case.read(Actor, command.holder)
    return Decision(tuple(New(fact) for fact in _facts(command, command.count, case)))


def falter(command: Falter, case: Case) -> Decision:
    """Never comes to a decision."""
    raise ZeroDivisionError("a fault of the program")


def hit_limit(command: HitLimit, case: Case) -> Decision:
    """One fact, and a refusal that is on record with it."""
    (fact,) = _facts(command, 1, case)
    return Decision((New(fact),), refusal=Refusal(Refused.MORE_THAN_IS_THERE, limit_fen=1))


def _facts(command: Churn | HitLimit, count: int, case: Case) -> tuple[TokenRevoked, ...]:
    """Facts that differ from each other and from those of every other command."""
    words = str(uuid5(NAMESPACE_DNS, command.model_dump_json()))[:-4]
    return tuple(
        TokenRevoked(holder=command.holder, token=f"{words}{number:04x}", on=case.today)
        for number in range(count)
    )


DECLARATIONS: dict[type[Command], Declaration] = {
    Churn: Declaration(Churn, churn, (TokenRevoked,)),
    Falter: Declaration(Falter, falter, ()),
    HitLimit: Declaration(HitLimit, hit_limit, (TokenRevoked,)),
}
