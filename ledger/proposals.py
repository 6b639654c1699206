"""Rights are given by two persons: one proposes, another one confirms, and only then they open.

Nothing here lends a right to whoever gives it: the three administrators hold no business role,
under no account of theirs, and of a secret each of the two persons is shown one half.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, ClassVar, Literal, assert_never

from pydantic import AwareDatetime

from ledger.access import Actor, need_another_person
from ledger.actors import CITY_WIDE, KEEPERS, SEALER, TIME_BOXED, WITHOUT_BUSINESS, Role
from ledger.case import Case, Command, Decision, New, Recorded, Ref
from ledger.declaration import Declaration
from ledger.facts import (
    ActorRegistered,
    RightAffirmed,
    RightConfirmed,
    RightDeclined,
    RightProposed,
    RoleGranted,
    TokenIssued,
)
from ledger.institutions import Institution, Log
from ledger.persons import Person
from ledger.refusals import Refusal, Refused
from ledger.subjects import LOG, ActorId, Digest, InstitutionId, PersonId, ProposalId, TokenId

TOKEN_DAYS_MAX = {"bearer": 400, "sign-in": 31, "session": 31}
"""How long a secret may live; a program's bearer token outlasts one audit year."""

# --- State


@dataclass(frozen=True, slots=True)
class Proposal:
    """A right that somebody proposed, by whom, and whether that is settled."""

    right: RightProposed | None = None
    proposer: str = ""
    settled: bool = False
    sequence: int = 0


# --- evolve

ProposalFact = RightProposed | RightConfirmed | RightDeclined


def evolve(state: Proposal, fact: ProposalFact, seen: Recorded) -> Proposal:
    """Fold one fact about a proposal."""
    match fact:
        case RightProposed():
            return Proposal(fact, seen.actor, sequence=seen.sequences[fact.proposal])
        case RightConfirmed() | RightDeclined():
            return replace(state, settled=True)
        case _:
            assert_never(fact)


# --- Commands

_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class RegisterActor(Command):
    """Make somebody known as an actor; without a person it is a program.

    The four-eyes rules compare persons, so a human is registered with the person it is; a further
    account of one person is a proposal.
    """

    NAME: ClassVar[str] = "actor.register"
    ZH: ClassVar[str] = "登记操作者"
    EN: ClassVar[str] = "Register an actor"
    ROLES: ClassVar[frozenset[Role] | None] = _ADMINISTRATORS
    FRESH: ClassVar[str | None] = "actor"
    actor: ActorId
    kind: Literal["human", "program"] | None = None
    person: PersonId | None = None


class GrantRole(Command):
    """Propose to give a role at an institution, or city-wide, for a time."""

    NAME: ClassVar[str] = "role.grant"
    ZH: ClassVar[str] = "提请授予角色"
    EN: ClassVar[str] = "Propose to grant a role"
    ROLES: ClassVar[frozenset[Role] | None] = _ADMINISTRATORS
    FRESH: ClassVar[str | None] = "proposal"
    proposal: ProposalId
    holder: ActorId
    role: Role
    scope: InstitutionId | None = None
    starts: date | None = None
    ends: date | None = None


class IssueToken(Command):
    """Put on record that a secret was made for an actor; the secret itself never comes here.

    For somebody else's actor it is a proposal, `half` the SHA-256 of the half its proposer saw.
    """

    NAME: ClassVar[str] = "token.issue"
    ZH: ClassVar[str] = "签发令牌"
    EN: ClassVar[str] = "Issue a token"
    ROLES: ClassVar[frozenset[Role] | None] = KEEPERS
    FRESH: ClassVar[str | None] = "token"
    holder: ActorId
    token: TokenId
    purpose: Literal["bearer", "sign-in", "session"] = "bearer"
    expires_at: AwareDatetime
    half: Digest | None = None


class ConfirmRight(Command):
    """Give a right that another person proposed."""

    NAME: ClassVar[str] = "right.confirm"
    ZH: ClassVar[str] = "确认授权"
    EN: ClassVar[str] = "Confirm a proposed right"
    ROLES: ClassVar[frozenset[Role] | None] = KEEPERS
    proposal: ProposalId


class DeclineRight(Command):
    """Settle a proposal without giving the right."""

    NAME: ClassVar[str] = "right.decline"
    ZH: ClassVar[str] = "否决授权"
    EN: ClassVar[str] = "Decline a proposed right"
    ROLES: ClassVar[frozenset[Role] | None] = KEEPERS
    proposal: ProposalId


class AffirmRight(Command):
    """Stand, as one of two, for a right that was given by one person alone."""

    NAME: ClassVar[str] = "right.affirm"
    ZH: ClassVar[str] = "补充确认既有授权"
    EN: ClassVar[str] = "Affirm a standing right"
    ROLES: ClassVar[frozenset[Role] | None] = KEEPERS
    holder: ActorId
    role: Role | None = None
    scope: InstitutionId | None = None


# --- decide


def proposal_of(bare: str) -> str:
    """The proposal of a token or an actor, by the bare id of that."""
    return f"proposal:{bare}"


def register_actor(command: RegisterActor, case: Case) -> Decision:
    """Register an actor, or propose to where the person has one. Refuses an id in use."""
    _need_unreserved(command.actor)
    if case.read(Actor, command.actor).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.actor)
    kind = command.kind or ("human" if command.person else "program")
    if kind == "human" and command.person is None:
        raise Refusal(Refused.HUMAN_NEEDS_A_PERSON, actor=command.actor)
    if command.person is not None and accounts_of(case, command.person):
        proposal = proposal_of(command.actor.removeprefix("actor:"))
        given = {"kind": kind, "person": command.person}
        return _proposed(case, proposal, "actor", command.actor, given)
    fact = ActorRegistered(
        registered=command.actor, kind=kind, person=command.person, on=case.today
    )
    return Decision((New(fact),))


def grant_role(command: GrantRole, case: Case) -> Decision:
    """Propose a role. City-wide roles take no institution, outside auditors need an end day."""
    starts = command.starts or case.today
    given = {"role": command.role, "scope": command.scope, "starts": starts, "ends": command.ends}
    _need_grantable(case, command.holder, command.role, command.scope, starts, command.ends)
    return _proposed(case, command.proposal, "role", command.holder, given)


def issue_token(command: IssueToken, case: Case) -> Decision:
    """Record a secret for oneself, or propose one for somebody else.

    Refuses unknown actors and lifetimes over the maximum.
    """
    _need_unreserved(command.holder)
    if not case.read(Actor, command.holder).known:
        raise Refusal(Refused.ACTOR_IS_UNKNOWN, actor=command.holder)
    if case.read(Proposal, proposal_of(command.token)).right is not None:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.token)
    days = TOKEN_DAYS_MAX[command.purpose]
    if command.expires_at > case.now + timedelta(days=days):
        raise Refusal(Refused.TOKEN_LIVES_TOO_LONG, purpose=command.purpose, days_max=days)
    if command.holder == case.actor:
        fact = TokenIssued(
            holder=command.holder,
            token=command.token,
            purpose=command.purpose,
            expires_at=command.expires_at,
            on=case.today,
        )
        return Decision((New(fact),))
    if Role.ADMINISTRATOR not in case.read(Actor, case.actor).roles(case.today):
        raise Refusal(Refused.ROLE_IS_MISSING, roles=sorted(_ADMINISTRATORS))
    given = {
        "token": command.token,
        "purpose": command.purpose,
        "expires_at": command.expires_at,
        "half": command.half,
    }
    return _proposed(case, proposal_of(command.token), "token", command.holder, given)


def confirm_right(command: ConfirmRight, case: Case) -> Decision:
    """Give the proposed right, looked at again as things stand now.

    Refuses the person who proposed it, and what somebody proposed who may no longer.
    """
    proposal, right = _need_open(case, command.proposal)
    need_another_person(case, proposal.proposer, done=RightProposed.TOPIC)
    if Role.ADMINISTRATOR not in case.read(Actor, proposal.proposer).roles(case.today):
        role = Role.ADMINISTRATOR
        raise Refusal(Refused.ROLE_IS_NOT_HELD, role=role, holder=proposal.proposer)
    confirmed = RightConfirmed(
        proposal=command.proposal,
        proposer=proposal.proposer,
        holder=right.holder,
        role=right.role,
        scope=right.scope,
        on=case.today,
    )
    ground = (Ref(command.proposal, proposal.sequence),)
    return Decision(
        (
            New(_given(case, right), institution=right.scope),
            New(confirmed, ground, institution=right.scope),
        )
    )


def _given(case: Case, right: RightProposed) -> ActorRegistered | RoleGranted | TokenIssued:
    """The fact that gives a right, if it may be given now."""
    match right:
        case RightProposed(gives="actor", kind=kind) if kind is not None:
            if case.read(Actor, right.holder).known:
                raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=right.holder)
            return ActorRegistered(
                registered=right.holder, kind=kind, person=right.person, on=case.today
            )
        case RightProposed(gives="role", role=role, starts=starts) if role and starts:
            _need_grantable(case, right.holder, role, right.scope, starts, right.ends)
            return RoleGranted(
                holder=right.holder, role=role, scope=right.scope, starts=starts, ends=right.ends
            )
        case RightProposed(gives="token", token=token, purpose=purpose, expires_at=until) if (
            token and purpose and until
        ):
            return TokenIssued(
                holder=right.holder, token=token, purpose=purpose, expires_at=until, on=case.today
            )
        case _:
            raise TypeError(f"a proposal lacks what it would give: {right.gives}")


def decline_right(command: DeclineRight, case: Case) -> Decision:
    """Settle a proposal without giving anything; whoever proposed it may do so too."""
    proposal, right = _need_open(case, command.proposal)
    fact = RightDeclined(proposal=command.proposal, on=case.today)
    ground = (Ref(command.proposal, proposal.sequence),)
    return Decision((New(fact, ground, institution=right.scope),))


def affirm_right(command: AffirmRight, case: Case) -> Decision:
    """Stand for a right that stands already; each of its two backers is another person."""
    holder = case.read(Actor, command.holder)
    place = (command.role, command.scope)
    grant = next((each for each in holder.grants if (each.role, each.scope) == place), None)
    if not holder.known:
        raise Refusal(Refused.ACTOR_IS_UNKNOWN, actor=command.holder)
    if command.role is not None and grant is None:
        raise Refusal(Refused.ROLE_IS_NOT_HELD, role=command.role, holder=command.holder)
    for backer in (command.holder, *sorted(grant.backers if grant else holder.backers)):
        if backer != SEALER:
            need_another_person(case, backer, done=RightAffirmed.TOPIC)
    fact = RightAffirmed(
        holder=command.holder, role=command.role, scope=command.scope, on=case.today
    )
    return Decision((New(fact, institution=command.scope),))


def accounts_of(case: Case, person: str) -> tuple[str, ...]:
    """The actors of a person; of the one who opened the log, that one too."""
    log = case.read(Log, LOG)
    first = (log.administrator,) if log.person == person else ()
    return (*first, *case.read(Person, person).actors)


def _need_unreserved(actor: str) -> None:
    if actor == SEALER:
        raise Refusal(Refused.ID_IS_RESERVED, subject=actor)


def _need_open(case: Case, subject: str) -> tuple[Proposal, RightProposed]:
    proposal = case.read(Proposal, subject)
    if proposal.right is None:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)
    if proposal.settled:
        raise Refusal(Refused.PROPOSAL_IS_SETTLED, proposal=subject)
    return proposal, proposal.right


def _proposed(
    case: Case,
    proposal: str,
    gives: Literal["actor", "role", "token"],
    holder: str,
    given: dict[str, Any],
) -> Decision:
    """The proposal as a fact; of its fields only those of the right it would give are said."""
    if case.read(Proposal, proposal).right is not None:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=proposal)
    said: dict[str, Any] = dict.fromkeys(_OF_RIGHTS) | given
    fact = RightProposed(proposal=proposal, gives=gives, holder=holder, on=case.today, **said)
    return Decision((New(fact, institution=said["scope"]),))


_OF_RIGHTS = (
    *("kind", "person", "role", "scope", "starts", "ends"),
    *("token", "purpose", "expires_at", "half"),
)


def _need_grantable(
    case: Case, holder_id: str, role: Role, scope: str | None, starts: date, ends: date | None
) -> None:
    """Refuse a role that the holder cannot be given, or holds already.

    Administration and business are kept apart by person: whatever accounts somebody has.
    """
    _need_unreserved(holder_id)
    holder = case.read(Actor, holder_id)
    if not holder.known:
        raise Refusal(Refused.ACTOR_IS_UNKNOWN, actor=holder_id)
    if role in CITY_WIDE and scope is not None:
        raise Refusal(Refused.ROLE_HOLDS_CITY_WIDE, role=role)
    if role not in CITY_WIDE and scope is None:
        raise Refusal(Refused.ROLE_NEEDS_AN_INSTITUTION, role=role)
    if scope is not None and not case.read(Institution, scope).known:
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=scope)
    if ends is None and role in TIME_BOXED:
        raise Refusal(Refused.ROLE_NEEDS_AN_END, role=role)
    if ends is not None and ends < starts:
        days = {"starts": starts.isoformat(), "ends": ends.isoformat()}
        raise Refusal(Refused.END_MUST_NOT_PRECEDE_START, **days)
    live = [g for g in holder.grants if g.ends is None or g.ends >= starts]
    if any((grant.role, grant.scope) == (role, scope) for grant in live):
        raise Refusal(Refused.ROLE_IS_HELD_ALREADY, role=role, holder=holder_id)
    if holder.person is None and role in WITHOUT_BUSINESS:
        raise Refusal(Refused.PROGRAMS_DO_NOT_DECIDE)
    accounts = accounts_of(case, holder.person) if holder.person else (holder_id,)
    own = [grant for each in accounts for grant in case.read(Actor, each).grants]
    roles = {g.role for g in own if g.ends is None or g.ends >= starts} | {role}
    if roles & WITHOUT_BUSINESS and len(roles) > 1:
        raise Refusal(Refused.ADMINISTRATOR_HAS_NO_BUSINESS_RIGHTS, roles=sorted(roles))


DECLARATIONS = (
    Declaration(RegisterActor, register_actor, (ActorRegistered, RightProposed)),
    Declaration(GrantRole, grant_role, (RightProposed,)),
    Declaration(IssueToken, issue_token, (TokenIssued, RightProposed)),
    Declaration(
        ConfirmRight, confirm_right, (ActorRegistered, RoleGranted, TokenIssued, RightConfirmed)
    ),
    Declaration(DeclineRight, decline_right, (RightDeclined,)),
    Declaration(AffirmRight, affirm_right, (RightAffirmed,)),
)
