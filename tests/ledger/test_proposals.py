"""Rights given by two persons: nobody reaches a business act, another's secret or a second self."""

from datetime import timedelta
from typing import Any

import pytest

from api.postgres import Logins
from ledger.access import Actor, RevokeRole, RevokeToken
from ledger.actors import KEEPERS, SEALER, WITHOUT_BUSINESS, Role
from ledger.case import Command
from ledger.commands import DECLARATIONS
from ledger.disclosures import AcceptDisclosure
from ledger.facts import RightConfirmed, RoleGranted
from ledger.institutions import RecoverAccess
from ledger.patents import FilePatent
from ledger.proposals import (
    AffirmRight,
    ConfirmRight,
    DeclineRight,
    GrantRole,
    IssueToken,
    RegisterActor,
)
from ledger.refusals import Refusal, Refused
from ledger.sitting import Request
from tests.ledger.stage import HERE, MORNING, Stage, StageClock, given_role, own_id

PATENT = "patent:2023100000015"
NEWCOMER, PERSON = own_id("actor", "newcomer"), own_id("person", "newcomer")
TOKEN = own_id("token", "newcomer").partition(":")[2]


@pytest.fixture
def stage(ledger: Logins) -> Any:
    with Stage(ledger.service).open() as opened:
        opened.do(RegisterActor(actor=NEWCOMER, person=PERSON), "administrator")
        yield opened


def issue(holder: str, token: str = TOKEN) -> IssueToken:
    return IssueToken(holder=holder, token=token, expires_at=MORNING + timedelta(days=30))


def state(stage: Stage, actor: str) -> Actor:
    found: Actor = stage.state(actor)
    return found


# --- two persons


def test_a_role_opens_nothing_before_another_person_confirmed_it(stage: Stage) -> None:
    proposed, confirmed = given_role(NEWCOMER, Role.CENTRE_STAFF, HERE)
    stage.actors["newcomer"] = NEWCOMER
    stage.do(proposed, "administrator")
    file = FilePatent(patent=PATENT, title="灯", filed=MORNING.date())
    stage.refuses(Refused.ROLE_IS_MISSING, file, "newcomer")
    stage.refuses(Refused.ANOTHER_PERSON_MUST_DO_THIS, confirmed, "administrator")
    written = stage.do(confirmed, "security").written
    assert [each.topic for each in written] == [RoleGranted.TOPIC, RightConfirmed.TOPIC]
    assert stage.do(file, "newcomer").written
    stage.refuses(Refused.PROPOSAL_IS_SETTLED, confirmed, "security")


def test_what_is_declined_is_never_given(stage: Stage) -> None:
    proposed, confirmed = given_role(NEWCOMER, Role.CENTRE_STAFF, HERE)
    stage.do(proposed, "administrator")
    stage.do(DeclineRight(proposal=proposed.proposal), "security")
    stage.refuses(Refused.PROPOSAL_IS_SETTLED, confirmed, "security")
    assert not state(stage, NEWCOMER).grants


def test_a_proposal_of_somebody_who_may_no_longer_propose_gives_nothing(stage: Stage) -> None:
    _second_administrator(stage)
    proposed, confirmed = given_role(NEWCOMER, Role.CENTRE_STAFF, HERE)
    stage.do(proposed, "deputy")
    revoked = RevokeRole(holder=stage.actors["deputy"], role=Role.ADMINISTRATOR)
    stage.do(revoked, "administrator")
    stage.refuses(Refused.ROLE_IS_NOT_HELD, confirmed, "security")


def test_a_further_account_of_a_person_needs_two(stage: Stage) -> None:
    second = own_id("actor", "second self")
    stage.do(RegisterActor(actor=second, person=PERSON), "administrator")
    assert not state(stage, second).known
    proposal = f"proposal:{second.partition(':')[2]}"
    stage.refuses(
        Refused.ANOTHER_PERSON_MUST_DO_THIS, ConfirmRight(proposal=proposal), "administrator"
    )
    stage.do(ConfirmRight(proposal=proposal), "security")
    assert state(stage, second).person == PERSON


def test_a_secret_for_somebody_else_needs_two_and_for_oneself_one(stage: Stage) -> None:
    stage.do(issue(NEWCOMER), "administrator")
    assert TOKEN not in state(stage, NEWCOMER).tokens
    stage.do(ConfirmRight(proposal=f"proposal:{TOKEN}"), "security")
    assert TOKEN in state(stage, NEWCOMER).tokens
    own = own_id("token", "own").partition(":")[2]
    stage.do(issue(stage.actors["security"], own), "security")
    assert own in state(stage, stage.actors["security"]).tokens
    other = own_id("token", "other").partition(":")[2]
    stage.refuses(Refused.ROLE_IS_MISSING, issue(NEWCOMER, other), "security")


# --- nobody alone

GIVING = tuple(
    each for each in DECLARATIONS if each.command.ROLES is not None and each.command.ROLES & KEEPERS
)


@pytest.mark.parametrize("keeper", ["administrator", "security"])
def test_no_keeper_alone_gives_anybody_anything(stage: Stage, keeper: str) -> None:
    """Whatever either of them says of rights alone, nobody's rights grow but by an own token."""
    holders = [NEWCOMER, *stage.actors.values()]
    before = {each: state(stage, each) for each in holders}
    said: list[Command] = [
        *(given_role(each, role, None)[0] for each in holders for role in Role if role in KEEPERS),
        *(
            given_role(each, role, HERE)[0]
            for each in holders
            for role in Role
            if role not in KEEPERS
        ),
        *(issue(each, own_id("token", each).partition(":")[2]) for each in holders),
        *(
            RegisterActor(actor=own_id("actor", f"self {each}"), person=each)
            for each in stage.persons.values()
        ),
    ]
    confirmed = [
        ConfirmRight(proposal=proposal)
        for each in said
        for proposal in (_proposal(each),)
        if proposal
    ]
    affirmed = [
        AffirmRight(holder=each, role=g.role, scope=g.scope)
        for each in holders
        for g in before[each].grants
    ]
    verdicts = stage.scribe.handle_all(
        [stage.request(each, keeper) for each in (*said, *confirmed, *affirmed)]
    )
    assert all(isinstance(each, Refusal) or not isinstance(each, Exception) for each in verdicts)
    own = stage.actors[keeper]
    for each in holders:
        after = state(stage, each)
        assert {(g.role, g.scope) for g in after.grants} == {
            (g.role, g.scope) for g in before[each].grants
        }
        assert after.person == before[each].person
        assert each == own or after.tokens == before[each].tokens
    assert not [
        each
        for each in stage.persons.values()
        if state(stage, own_id("actor", f"self {each}")).known
    ]


def _proposal(command: Command) -> str:
    match command:
        case GrantRole():
            return command.proposal
        case IssueToken():
            return f"proposal:{command.token}"
        case RegisterActor():
            return f"proposal:{command.actor.partition(':')[2]}"
        case _:
            return ""


def test_who_gives_rights_has_no_business_command() -> None:
    """Every command that one of the three administrators may give is about rights or the log."""
    business = {
        each.name for each in DECLARATIONS if (each.command.ROLES or frozenset()) & WITHOUT_BUSINESS
    }
    assert business == {
        *("institution.register", "signing-key.adopt", "person.register", "person.erase"),
        *("actor.register", "role.grant", "role.revoke", "token.issue", "token.revoke"),
        *("right.confirm", "right.decline", "right.affirm"),
    }


@pytest.mark.parametrize("role", sorted(set(Role) - KEEPERS))
def test_a_keepers_person_gets_no_other_role_under_any_account(stage: Stage, role: Role) -> None:
    second = own_id("actor", "second self")
    stage.do(RegisterActor(actor=second, person=stage.persons["security"]), "administrator")
    proposal = f"proposal:{second.partition(':')[2]}"
    _second_administrator(stage)
    stage.do(ConfirmRight(proposal=proposal), "deputy")
    scope = None if role in WITHOUT_BUSINESS or role.startswith("bureau") else HERE
    if role in (Role.STATE_AUDITOR, Role.EDUCATION_COMMISSION_READER):
        scope = None
    proposed, _ = given_role(second, role, scope, MORNING.date() + timedelta(days=90))
    stage.refuses(Refused.ADMINISTRATOR_HAS_NO_BUSINESS_RIGHTS, proposed, "administrator")


# --- programs


def test_a_program_takes_in_what_others_decided_and_decides_nothing(stage: Stage) -> None:
    robot = own_id("actor", "robot")
    stage.actors["robot"] = robot
    stage.do(RegisterActor(actor=robot, kind="program"), "administrator")
    for role in (Role.CENTRE_STAFF, Role.CENTRE_REVIEWER):
        for command in given_role(robot, role, HERE):
            stage.scribe.handle(stage.requests.make(command, stage.keeper(command)))
    assert stage.do(FilePatent(patent=PATENT, title="灯", filed=MORNING.date()), "robot").written
    accept = AcceptDisclosure(disclosure=own_id("disclosure", "d"))
    stage.refuses(Refused.PROGRAMS_DO_NOT_DECIDE, accept, "robot")
    for role in WITHOUT_BUSINESS:
        stage.refuses(
            Refused.PROGRAMS_DO_NOT_DECIDE, given_role(robot, role, None)[0], "administrator"
        )


def test_commands_that_decide_or_pay_are_no_programs() -> None:
    open_to_programs = {Role.CENTRE_STAFF, Role.FINANCE_CLERK}
    decided = ("decide", "determine-ownership", "grant-right", "disburse", "resolve")
    for each in DECLARATIONS:
        if (each.command.ROLES or set()) & open_to_programs and any(
            word in each.name for word in decided
        ):
            assert each.command.DECIDES, each.name


# --- the log's own ids


def test_the_logs_own_actor_is_nobodys(stage: Stage) -> None:
    stage.refuses(Refused.ID_IS_RESERVED, RegisterActor(actor=SEALER), "administrator")
    stage.refuses(Refused.ID_IS_RESERVED, issue(SEALER), "administrator")
    stage.refuses(Refused.ID_IS_RESERVED, given_role(SEALER, Role.ENVOY, HERE)[0], "administrator")


@pytest.mark.parametrize(
    "declared", [each for each in DECLARATIONS if frozenset() == each.command.ROLES]
)
def test_what_only_the_machinery_writes_is_refused_to_every_token(
    stage: Stage, declared: Any
) -> None:
    """Even to one that says it is the log's own actor."""
    command = declared.command.model_construct(institution=None, on_behalf=None, evidence=())
    for actor in (SEALER, *stage.actors.values()):
        request = Request(command, actor, "0" * 32, token=TOKEN)
        with pytest.raises(Refusal) as caught:
            stage.scribe.handle(request)
        assert caught.value.code is Refused.ROLE_IS_MISSING


# --- the last one


def test_the_last_of_those_who_give_rights_stays(stage: Stage) -> None:
    for keeper, role in (
        ("administrator", Role.ADMINISTRATOR),
        ("security", Role.SECURITY_ADMINISTRATOR),
    ):
        revoke = RevokeRole(holder=stage.actors[keeper], role=role)
        for who in ("administrator", "security"):
            stage.refuses(Refused.LAST_KEEPER_STAYS, revoke, who)


def test_another_administrator_may_revoke_one_and_is_then_the_last(stage: Stage) -> None:
    _second_administrator(stage)
    stage.do(RevokeRole(holder=stage.actors["administrator"], role=Role.ADMINISTRATOR), "deputy")
    own = RevokeRole(holder=stage.actors["deputy"], role=Role.ADMINISTRATOR)
    stage.refuses(Refused.LAST_KEEPER_STAYS, own, "deputy")


def test_the_last_secret_of_one_who_gives_rights_stays(stage: Stage) -> None:
    holder = stage.actors["security"]
    stage.do(issue(holder), "security")
    revoke = RevokeToken(holder=holder, token=TOKEN)
    for who in ("administrator", "security"):
        stage.refuses(Refused.LAST_TOKEN_STAYS, revoke, who)
    another = own_id("token", "another").partition(":")[2]
    stage.do(issue(holder, another), "security")
    assert stage.do(revoke, "administrator").written


def test_two_persons_named_at_the_console_give_rights_again(stage: Stage) -> None:
    named = {name: own_id(kind, name) for kind, name in (("actor", "a"), ("actor", "b"))}
    recover = RecoverAccess(
        administrator=named["a"],
        person=own_id("person", "a"),
        security_administrator=named["b"],
        security_person=own_id("person", "b"),
    )
    one = recover.model_copy(update={"security_person": recover.person})
    with pytest.raises(Refusal):
        stage.scribe.handle(Request(one, SEALER, "1" * 32))
    stage.scribe.handle(Request(recover, SEALER, "2" * 32))
    stage.actors |= {"a": named["a"], "b": named["b"]}
    for command in given_role(NEWCOMER, Role.CENTRE_STAFF, HERE):
        stage.do(command, "b" if isinstance(command, ConfirmRight) else "a")
    assert state(stage, NEWCOMER).roles(MORNING.date()) == {Role.CENTRE_STAFF}


# --- what is asked on the way


def test_a_token_revoked_on_the_way_writes_nothing(stage: Stage) -> None:
    stage.do(issue(NEWCOMER), "administrator")
    stage.do(ConfirmRight(proposal=f"proposal:{TOKEN}"), "security")
    for command in given_role(NEWCOMER, Role.CENTRE_STAFF, HERE):
        stage.scribe.handle(stage.requests.make(command, stage.keeper(command)))
    file = FilePatent(patent=PATENT, title="灯", filed=MORNING.date())
    asked = Request(file, NEWCOMER, "3" * 32, token=TOKEN)
    stage.do(RevokeToken(holder=NEWCOMER, token=TOKEN), "administrator")
    with pytest.raises(Refusal) as caught:
        stage.scribe.handle(asked)
    assert caught.value.code is Refused.TOKEN_IS_NOT_VALID


def test_a_token_that_ended_on_the_way_writes_nothing(ledger: Logins) -> None:
    clock = StageClock()
    with Stage(ledger.service, clock).open() as stage:
        staff = stage.actors["centre-staff"]
        stage.do(issue(staff), "administrator")
        stage.do(ConfirmRight(proposal=f"proposal:{TOKEN}"), "security")
        file = FilePatent(patent=PATENT, title="灯", filed=MORNING.date())
        clock.now += timedelta(days=31)
        with pytest.raises(Refusal) as caught:
            stage.scribe.handle(Request(file, staff, "4" * 32, token=TOKEN))
        assert caught.value.code is Refused.TOKEN_IS_NOT_VALID


def _second_administrator(stage: Stage) -> None:
    stage.actors["deputy"] = own_id("actor", "deputy")
    person = own_id("person", "deputy")
    stage.do(RegisterActor(actor=stage.actors["deputy"], person=person), "administrator")
    for command in given_role(stage.actors["deputy"], Role.ADMINISTRATOR, None):
        stage.scribe.handle(stage.requests.make(command, stage.keeper(command)))
