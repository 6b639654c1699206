"""The book on a real database: one verdict a command, whatever its neighbours and rivals do."""

import threading
from datetime import date, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from api.postgres import Logins
from ledger.access import Actor, RevokeRole
from ledger.actors import Role
from ledger.book import APPEND
from ledger.case import Command
from ledger.commands import BY_COMMAND
from ledger.corrections import CorrectFact, VoidFact
from ledger.patents import FilePatent, GrantPatent, Patent
from ledger.proposals import ConfirmRight, GrantRole, RegisterActor
from ledger.recorder import parameters_for_entries
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer
from tests.ledger import trial
from tests.ledger.library import Chain
from tests.ledger.stage import HERE, MORNING, Stage, StageClock, given_role, own_id
from tests.ledger.trial import Churn, Falter, HitLimit

PATENT = "patent:2023100000015"
BROKEN_INSERT = ("INSERT INTO vault.fields VALUES ('nobody', 'name', %b)", (b"x",))


@pytest.fixture(autouse=True)
def _trial_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    for command, declaration in trial.DECLARATIONS.items():
        monkeypatch.setitem(BY_COMMAND, command, declaration)


def register(name: str) -> RegisterActor:
    return RegisterActor(actor=own_id("actor", name))


def registered(stage: Stage, name: str) -> bool:
    state = stage.state(own_id("actor", name))
    assert isinstance(state, Actor)
    return state.known


def vault_keys(stage: Stage) -> set[str]:
    with psycopg.connect(stage.url) as connection:
        return {row[0] for row in connection.execute("SELECT key_id FROM vault.keys")}


def key_insert(name: str) -> tuple[str, tuple[object, ...]]:
    return "INSERT INTO vault.keys (key_id, wrapped) VALUES (%s, %b)", (name, b"wrapped")


# --- verdicts


def test_every_command_of_a_batch_gets_its_own_verdict_and_later_ones_see_earlier_facts(
    stage: Stage,
) -> None:
    holder = own_id("actor", "newcomer")
    grant, confirm = given_role(holder, Role.ENVOY, HERE)
    commands: list[Command] = [grant, RegisterActor(actor=holder), grant, confirm, grant]
    before = stage.size()

    verdicts = stage.scribe.handle_all([stage.requests.make(c, stage.keeper(c)) for c in commands])

    assert [_told(verdict) for verdict in verdicts] == [
        Refused.ACTOR_IS_UNKNOWN,
        ((before, "actor-registered.v1", ((holder, 1),)),),
        ((before + 1, "right-proposed.v1", ((grant.proposal, 1),)),),
        (
            (before + 2, "role-granted.v1", ((holder, 2),)),
            (before + 3, "right-confirmed.v1", ((grant.proposal, 2), (holder, 3))),
        ),
        Refused.ROLE_IS_HELD_ALREADY,
    ]
    assert stage.size() == before + 4


def test_an_empty_batch_is_no_fault(stage: Stage) -> None:
    assert stage.scribe.handle_all([]) == []


def test_a_program_fault_reaches_its_caller_and_nobody_else(stage: Stage) -> None:
    before = stage.size()
    commands: list[Command] = [register("first"), Falter(), register("second")]

    verdicts = stage.scribe.handle_all([stage.request(c, "administrator") for c in commands])

    assert isinstance(verdicts[1], ZeroDivisionError)
    assert [_told(verdicts[0]), _told(verdicts[2])] == [
        ((before, "actor-registered.v1", ((own_id("actor", "first"), 1),)),),
        ((before + 1, "actor-registered.v1", ((own_id("actor", "second"), 1),)),),
    ]


def test_a_database_error_of_one_command_lets_its_neighbours_through(stage: Stage) -> None:
    requests = [
        stage.request(register("before"), "administrator", beside=(key_insert("k1"),)),
        stage.request(register("broken"), "administrator", beside=(BROKEN_INSERT,)),
        stage.request(register("after"), "administrator", beside=(key_insert("k2"),)),
        stage.request(register("before"), "administrator"),
    ]

    verdicts = stage.scribe.handle_all(requests)

    assert isinstance(verdicts[0], Answer)
    assert isinstance(verdicts[1], psycopg.errors.ForeignKeyViolation)
    assert isinstance(verdicts[2], Answer)
    assert _told(verdicts[3]) is Refused.SUBJECT_EXISTS_ALREADY
    assert registered(stage, "before")
    assert registered(stage, "after")
    assert not registered(stage, "broken")
    assert vault_keys(stage) == {"k1", "k2"}
    assert isinstance(stage.do(register("broken"), "administrator"), Answer)


def test_statements_beside_a_refused_command_are_not_run(stage: Stage) -> None:
    twice = register("somebody")
    requests = [
        stage.request(twice, "administrator", beside=(key_insert("first"),)),
        stage.request(twice, "administrator", beside=(key_insert("refused"),)),
    ]

    verdicts = stage.scribe.handle_all(requests)

    assert _told(verdicts[1]) is Refused.SUBJECT_EXISTS_ALREADY
    assert vault_keys(stage) == {"first"}


def test_statements_beside_are_not_run_again_for_a_replayed_command(stage: Stage) -> None:
    first, again = (
        stage.do(register("somebody"), "administrator", "once", beside=(key_insert("k"),))
        for _ in range(2)
    )

    assert again.written == first.written
    assert (first.replayed, again.replayed) == (False, True)
    assert vault_keys(stage) == {"k"}


def test_a_fact_too_large_is_refused_and_its_neighbours_are_not(stage: Stage) -> None:
    words = tuple("文" * 2000 for _ in range(12))
    large = FilePatent(patent=PATENT, title="Lamp", filed=date(2023, 5, 4), other_owners=words)
    requests = [stage.request(large, "centre-staff"), stage.request(register("x"), "administrator")]

    verdicts = stage.scribe.handle_all(requests)

    assert _told(verdicts[0]) is Refused.FACT_IS_TOO_LARGE
    assert isinstance(verdicts[1], Answer)


def test_a_refusal_on_record_comes_with_the_facts_it_is_recorded_in(stage: Stage) -> None:
    holder = stage.actors["envoy"]

    answer = stage.do(HitLimit(holder=holder), "administrator")

    assert [written.topic for written in answer.written] == ["token-revoked.v1"]
    assert answer.refusal is not None
    assert answer.refusal.code is Refused.MORE_THAN_IS_THERE


def test_a_fact_this_code_does_not_know_stops_its_readers_but_keeps_nobody_else_from_writing(
    stage: Stage,
) -> None:
    """It is found while the lock is held, which must then be given back."""
    stage.refuses(Refused.ACTOR_IS_UNKNOWN, _envoy("odd"), "administrator")
    (event,) = Chain(own_id("actor", "odd")).grow(1, MORNING + timedelta(hours=1))
    unheard = event.state.replace(b'"token-revoked.v1"', b'"token-unheard-of.v1"')
    with psycopg.connect(stage.url, autocommit=True) as connection:
        connection.execute(APPEND, parameters_for_entries([unheard]))

    with pytest.raises(LookupError, match=r"token-unheard-of\.v1"):
        stage.do(register("odd"), "administrator", beside=(key_insert("k"),))

    patient = f"{stage.url}&options=-c%20lock_timeout%3D5s"
    with Stage(patient, seed="rival") as rival:
        assert rival.do(register("even"), "administrator").written
    assert stage.do(register("even too"), "administrator").written


# --- several processes


def test_a_second_process_with_a_stale_memory_decides_again(stage: Stage) -> None:
    with Stage(stage.url, seed="rival") as rival:
        name = register("contested")
        rival.do(register("unrelated"), "administrator")
        rival.refuses(Refused.ACTOR_IS_UNKNOWN, _envoy("contested"), "administrator")
        stage.do(name, "administrator")

        rival.refuses(Refused.SUBJECT_EXISTS_ALREADY, name, "administrator")


def test_a_refusal_from_a_stale_memory_is_decided_again(stage: Stage) -> None:
    with Stage(stage.url, seed="rival") as rival:
        rival.refuses(Refused.ACTOR_IS_UNKNOWN, _envoy("late"), "administrator")
        stage.do(register("late"), "administrator")

        assert len(rival.do(_envoy("late"), "administrator").written) == 1


def test_a_role_revoked_by_another_process_opens_nothing_any_more(stage: Stage) -> None:
    with Stage(stage.url, seed="rival") as rival:
        rival.do(_file(), "centre-staff")
        staff = stage.actors["centre-staff"]
        revoke = RevokeRole(holder=staff, role=Role.CENTRE_STAFF, scope=HERE)
        stage.do(revoke, "administrator")

        rival.refuses(Refused.ROLE_IS_MISSING, GrantPatent(patent=PATENT), "centre-staff")


def test_of_two_processes_deciding_at_once_exactly_one_is_told_yes(stage: Stage) -> None:
    rounds = 40
    verdicts: dict[str, list[Refused | None]] = {"a": [], "b": []}
    start = threading.Barrier(2)

    def race(seed: str) -> None:
        with Stage(stage.url, StageClock(), seed) as racer:
            for number in range(rounds):
                start.wait(timeout=30)
                try:
                    racer.do(register(f"racer {number}"), "administrator")
                    verdicts[seed].append(None)
                except Refusal as refusal:
                    verdicts[seed].append(refusal.code)

    threads = [threading.Thread(target=race, args=(seed,)) for seed in verdicts]
    before = stage.size()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    pairs = list(zip(verdicts["a"], verdicts["b"], strict=True))
    assert len(pairs) == rounds
    assert all({*pair} == {None, Refused.SUBJECT_EXISTS_ALREADY} for pair in pairs)
    assert stage.size() == before + rounds


def test_two_processes_in_any_order_answer_as_one_would(ledger: Logins) -> None:
    """Two scribes and a model of what one book knows: every verdict has to be the model's."""
    with (
        Stage(ledger.service).open() as stage,
        Stage(ledger.service, StageClock(MORNING - timedelta(minutes=7)), "rival") as rival,
    ):
        examples = iter(range(1_000_000))

        class TwoProcesses(RuleBasedStateMachine):
            def __init__(self) -> None:
                super().__init__()
                self.example = next(examples)
                self.known: set[int] = set()
                self.granted: set[int] = set()
                self.proposed = 0
                self.facts = stage.size()

            def ask(self, first: bool, command: Command) -> Refused | None:
                process = stage if first else rival
                try:
                    written = process.scribe.handle(
                        process.requests.make(command, process.keeper(command))
                    ).written
                except Refusal as refusal:
                    return refusal.code
                self.facts += len(written)
                return None

            def holder(self, number: int) -> str:
                return own_id("actor", f"example {self.example} {number}")

            @rule(first=st.booleans(), number=st.integers(0, 2))
            def registers(self, first: bool, number: int) -> None:
                expected = Refused.SUBJECT_EXISTS_ALREADY if number in self.known else None
                assert self.ask(first, RegisterActor(actor=self.holder(number))) is expected
                self.known.add(number)

            @rule(first=st.booleans(), number=st.integers(0, 2))
            def grants(self, first: bool, number: int) -> None:
                expected = None
                if number not in self.known:
                    expected = Refused.ACTOR_IS_UNKNOWN
                elif number in self.granted:
                    expected = Refused.ROLE_IS_HELD_ALREADY
                self.proposed += 1
                proposal = own_id("proposal", f"{self.example} {self.proposed}")
                grant = GrantRole(
                    proposal=proposal, holder=self.holder(number), role=Role.ENVOY, scope=HERE
                )
                assert self.ask(first, grant) is expected
                if expected is None:
                    assert self.ask(not first, ConfirmRight(proposal=proposal)) is None
                    self.granted.add(number)

            @rule(first=st.booleans(), number=st.integers(0, 2))
            def revokes(self, first: bool, number: int) -> None:
                expected = None if number in self.granted else Refused.ROLE_IS_NOT_HELD
                revoke = RevokeRole(holder=self.holder(number), role=Role.ENVOY, scope=HERE)
                assert self.ask(first, revoke) is expected
                self.granted.discard(number)

            @invariant()
            def nothing_else_is_written(self) -> None:
                assert stage.size() == self.facts

        run_state_machine_as_test(
            TwoProcesses,
            settings=settings(
                max_examples=25,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                derandomize=True,
                database=None,
            ),
        )
        times = [seen.recorded_at for seen in stage.facts()]
        assert times == sorted(times)


# --- the clock


def test_a_process_with_an_older_clock_writes_at_the_latest_time_the_log_knows(
    stage: Stage,
) -> None:
    stage.clock.now = MORNING + timedelta(days=3)
    stage.do(register("late riser"), "administrator")
    with Stage(stage.url, StageClock(MORNING - timedelta(days=400)), "slow") as slow:
        slow.do(register("slow"), "administrator")
        slow.do(register("slower"), "administrator")

    *_, first, second, third = stage.facts()
    assert second.recorded_at == third.recorded_at == first.recorded_at
    assert second.effective == date(2026, 3, 5)


def test_recorded_time_never_runs_back(stage: Stage) -> None:
    for days in (5, -3, 9, 0, -1):
        stage.clock.now = MORNING + timedelta(days=days)
        stage.do(Churn(holder=stage.actors["envoy"], count=2, tag=str(days)), "envoy")

    times = [seen.recorded_at for seen in stage.facts()]
    assert times == sorted(times)
    assert times[-1] == MORNING + timedelta(days=9, seconds=1)


# --- corrections


def test_a_correction_is_folded_anew_by_whoever_made_it_and_by_every_other_process(
    stage: Stage,
) -> None:
    with Stage(stage.url, seed="rival") as rival:
        filed = rival.do(_file(), "centre-staff").written[0]
        rival.refuses(Refused.SUBJECT_EXISTS_ALREADY, _file(), "centre-staff")
        leaf = stage.facts(PATENT)[-1].leaf or ""
        payload = stage.facts(PATENT)[-1].fact.model_dump(mode="json") | {"title": "Lantern"}

        stage.do(
            CorrectFact(position=filed.position, leaf=leaf, replacement=payload, reason="a slip"),
            "centre-reviewer",
        )
        replaced = stage.facts(PATENT)[-1]
        stage.refuses(Refused.SUBJECT_EXISTS_ALREADY, _file(), "centre-staff")
        rival.refuses(Refused.SUBJECT_EXISTS_ALREADY, _file(), "centre-staff")

        void = VoidFact(position=replaced.position or 0, leaf=replaced.leaf or "", reason="wrong")
        stage.do(void, "second centre-reviewer")
        assert stage.state(PATENT) == Patent()
        assert rival.do(_file(), "centre-staff").written[0].subjects == ((PATENT, 5),)
        stage.refuses(Refused.SUBJECT_EXISTS_ALREADY, _file(), "centre-staff")


def test_a_correction_amid_a_batch_sees_what_came_before_and_is_seen_by_what_comes_after(
    stage: Stage,
) -> None:
    position = stage.do(_file(), "centre-staff").written[0].position
    leaf = stage.facts(PATENT)[-1].leaf or ""
    requests = [
        stage.request(_file(), "centre-staff"),
        stage.request(VoidFact(position=position, leaf=leaf, reason="wrong"), "centre-reviewer"),
        stage.request(_file(), "centre-staff"),
        stage.request(register("bystander"), "administrator"),
    ]

    verdicts = stage.scribe.handle_all(requests)

    assert _told(verdicts[0]) is Refused.SUBJECT_EXISTS_ALREADY
    assert all(isinstance(verdict, Answer) for verdict in verdicts[1:])


def _envoy(name: str) -> GrantRole:
    return given_role(own_id("actor", name), Role.ENVOY, HERE)[0]


def _file() -> FilePatent:
    return FilePatent(patent=PATENT, title="Lamp", filed=date(2023, 5, 4))


def _told(verdict: Answer | BaseException) -> object:
    """A verdict as what it says: the rule that refused, or the facts written."""
    if isinstance(verdict, Refusal):
        return verdict.code
    assert isinstance(verdict, Answer), verdict
    return tuple((fact.position, fact.topic, fact.subjects) for fact in verdict.written)
