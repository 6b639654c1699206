"""The log's opening, the institutions on it, and the versions of rules they adopted."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from ledger.actors import BUREAU_ROLES, Role
from ledger.case import Case, Command, Decision, New, Recorded
from ledger.declaration import Declaration
from ledger.facts import (
    AccessRecovered,
    ActorRegistered,
    CentreApplied,
    CentreDesignated,
    CentreWithdrawn,
    InstitutionRegistered,
    LogOpened,
    LogRestored,
    OriginSucceeded,
    PolicyAdopted,
    RoleGranted,
    SigningKeyAdopted,
)
from ledger.facts.opening import InstitutionKind
from ledger.policies import digest, policy
from ledger.refusals import Refusal, Refused
from ledger.subjects import LOG, ActorId, InstitutionId, PersonId, PolicyId, Text

# --- State


@dataclass(frozen=True, slots=True)
class Log:
    """The log itself: whether it is open, its name and key, which institution is the bureau, and
    the first administrator."""

    opened: bool = False
    origin: str = ""
    clock: str = "real"
    bureau: str | None = None
    former_origins: tuple[str, ...] = ()
    key: str | None = None
    administrator: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Institution:
    """A tenant of the log."""

    known: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class AdoptedPolicy:
    """The newest adopted version of a policy (0: none) and its digest."""

    version: int = 0
    digest: str = ""


# --- evolve

LogFact = (
    LogOpened
    | AccessRecovered
    | InstitutionRegistered
    | OriginSucceeded
    | LogRestored
    | SigningKeyAdopted
)


def evolve_log(state: Log, fact: LogFact, seen: Recorded) -> Log:
    """Fold one fact about the log."""
    match fact:
        case LogOpened():
            return replace(
                state,
                opened=True,
                origin=fact.origin,
                clock=fact.clock,
                administrator=fact.administrator,
                person=fact.person,
            )
        case InstitutionRegistered():
            return replace(state, bureau=fact.code)
        case OriginSucceeded():
            former = (*state.former_origins, state.origin)
            return replace(state, origin=fact.origin, former_origins=former)
        case LogRestored() | AccessRecovered():
            return state
        case SigningKeyAdopted():
            return replace(state, key=fact.key)
        case _:
            assert_never(fact)


InstitutionFact = InstitutionRegistered | CentreApplied | CentreDesignated | CentreWithdrawn


def evolve_institution(state: Institution, fact: InstitutionFact, seen: Recorded) -> Institution:
    """Fold one fact about an institution; its part in a programme stands in that programme."""
    match fact:
        case InstitutionRegistered():
            return Institution(known=True, kind=fact.kind)
        case CentreApplied() | CentreDesignated() | CentreWithdrawn():
            return state
        case _:
            assert_never(fact)


def evolve_policy(state: AdoptedPolicy, fact: PolicyAdopted, seen: Recorded) -> AdoptedPolicy:
    """Fold one fact about a policy."""
    match fact:
        case PolicyAdopted():
            return AdoptedPolicy(version=fact.version, digest=fact.digest)
        case _:
            assert_never(fact)


def bureau_of(case: Case) -> str:
    """The institution whose facts all may read; refused while none is registered."""
    bureau = case.read(Log, LOG).bureau
    if bureau is None:
        raise Refusal(Refused.BUREAU_IS_NOT_REGISTERED)
    return bureau


def need_adopted(case: Case, policy_id: str, version: int) -> None:
    """Refuse to rely on a version of a policy that is not the adopted one."""
    adopted = case.read(AdoptedPolicy, policy_id)
    if adopted.version != version:
        raise Refusal(
            Refused.POLICY_IS_NOT_ADOPTED,
            policy=policy_id,
            version=version,
            adopted=adopted.version,
        )


# --- Commands


class OpenLog(Command):
    """Write the first facts of an empty log: origin, clock, and the two who give rights first."""

    NAME: ClassVar[str] = "log.open"
    ZH: ClassVar[str] = "开立日志"
    EN: ClassVar[str] = "Open the log"
    ROLES: ClassVar[frozenset[Role] | None] = None
    origin: Text
    clock: Literal["real", "simulated"]
    administrator: ActorId
    person: PersonId
    security_administrator: ActorId
    security_person: PersonId


class RecoverAccess(Command):
    """Name two persons who give rights from here on; given at the server's own console."""

    NAME: ClassVar[str] = "access.recover"
    ZH: ClassVar[str] = "恢复权限管理"
    EN: ClassVar[str] = "Recover who gives rights"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset()
    administrator: ActorId
    person: PersonId
    security_administrator: ActorId
    security_person: PersonId


class RegisterInstitution(Command):
    """Admit an institution to the log."""

    NAME: ClassVar[str] = "institution.register"
    ZH: ClassVar[str] = "登记机构"
    EN: ClassVar[str] = "Register an institution"
    ROLES: ClassVar[frozenset[Role] | None] = frozenset({Role.ADMINISTRATOR})
    code: InstitutionId
    kind: InstitutionKind
    name_zh: Text
    name_en: Text
    on: date | None = None


class AdoptPolicy(Command):
    """Bring a version of a rule that ships with this code into use."""

    NAME: ClassVar[str] = "policy.adopt"
    ZH: ClassVar[str] = "采用规则版本"
    EN: ClassVar[str] = "Adopt a version of a rule"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_ROLES - {Role.BUREAU_PAYER}
    policy: PolicyId
    version: Annotated[int, Field(ge=1)]
    on: date | None = None


# --- decide


def open_log(command: OpenLog, case: Case) -> Decision:
    """Open an empty log for two persons; refused on one that is open."""
    if case.read(Log, LOG).opened:
        raise Refusal(Refused.LOG_IS_ALREADY_OPEN)
    _need_two(command)
    fact = LogOpened(
        origin=command.origin,
        clock=command.clock,
        administrator=command.administrator,
        person=command.person,
        security_administrator=command.security_administrator,
        security_person=command.security_person,
        on=case.today,
    )
    second = _keeper(
        case, command.security_administrator, command.security_person, Role.SECURITY_ADMINISTRATOR
    )
    return Decision((New(fact, institution=LOG), *second))


def recover_access(command: RecoverAccess, case: Case) -> Decision:
    """Give two new accounts to two persons; what others hold stays as it is."""
    _need_two(command)
    fact = AccessRecovered(
        administrator=command.administrator,
        security_administrator=command.security_administrator,
        on=case.today,
    )
    first = _keeper(case, command.administrator, command.person, Role.ADMINISTRATOR)
    second = _keeper(
        case, command.security_administrator, command.security_person, Role.SECURITY_ADMINISTRATOR
    )
    return Decision((New(fact, institution=LOG), *first, *second))


def _need_two(command: OpenLog | RecoverAccess) -> None:
    if (
        command.person == command.security_person
        or command.administrator == command.security_administrator
    ):
        raise Refusal(Refused.ANOTHER_PERSON_MUST_DO_THIS, done=Role.ADMINISTRATOR)


def _keeper(case: Case, actor: str, person: str, role: Role) -> tuple[New, ...]:
    """An account for somebody who gives rights, with the role."""
    registered = ActorRegistered(registered=actor, kind="human", person=person, on=case.today)
    granted = RoleGranted(holder=actor, role=role, scope=None, starts=case.today, ends=None)
    return New(registered, institution=LOG), New(granted, institution=LOG)


def register_institution(command: RegisterInstitution, case: Case) -> Decision:
    """Register an institution; at most one bureau, each code once."""
    if case.read(Institution, command.code).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.code)
    if command.kind == "bureau" and case.read(Log, LOG).bureau is not None:
        raise Refusal(Refused.BUREAU_IS_REGISTERED_ALREADY)
    fact = InstitutionRegistered(
        code=command.code,
        kind=command.kind,
        name_zh=command.name_zh,
        name_en=command.name_en,
        on=command.on or case.today,
    )
    return Decision((New(fact, institution=command.code),))


def adopt_policy(command: AdoptPolicy, case: Case) -> Decision:
    """Adopt a policy version this code ships; versions only go up."""
    shipped = policy(command.policy.removeprefix("policy:"), command.version)
    if shipped is None:
        raise Refusal(Refused.POLICY_IS_UNKNOWN, policy=command.policy, version=command.version)
    adopted = case.read(AdoptedPolicy, command.policy).version
    if command.version <= adopted:
        raise Refusal(Refused.POLICY_VERSION_IS_OLDER, policy=command.policy, adopted=adopted)
    fact = PolicyAdopted(
        policy=command.policy,
        version=command.version,
        digest=digest(shipped),
        on=command.on or case.today,
    )
    return Decision((New(fact, institution=bureau_of(case)),))


DECLARATIONS = (
    Declaration(OpenLog, open_log, (LogOpened, ActorRegistered, RoleGranted)),
    Declaration(RecoverAccess, recover_access, (AccessRecovered, ActorRegistered, RoleGranted)),
    Declaration(RegisterInstitution, register_institution, (InstitutionRegistered,)),
    Declaration(AdoptPolicy, adopt_policy, (PolicyAdopted,)),
)
