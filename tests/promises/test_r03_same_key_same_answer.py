"""R3: one key, one answer: written once, told the same every time, refused for another body."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.actors import Role
from ledger.commands import BY_COMMAND
from ledger.proposals import RegisterActor
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer
from ledger.writers import Writer
from tests.ledger import trial
from tests.ledger.stage import HERE, MORNING, Stage, StageClock, given_role, own_id
from tests.ledger.trial import Churn, HitLimit


@pytest.fixture(autouse=True)
def _trial_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    for command, declaration in trial.DECLARATIONS.items():
        monkeypatch.setitem(BY_COMMAND, command, declaration)


def told(verdict: Answer | BaseException) -> object:
    """All of an answer but whether it was given before; a refusal as its rule and values."""
    if isinstance(verdict, Refusal):
        return verdict.code, verdict.values
    assert isinstance(verdict, Answer), verdict
    no = verdict.refusal and (verdict.refusal.code, verdict.refusal.values)
    return verdict.written, verdict.breaches, no


def test_a_retry_hears_the_same_answer_and_writes_nothing(stage: Stage) -> None:
    command = Churn(holder=stage.actors["envoy"], count=3)
    first = stage.do(command, "envoy", "key")
    size = stage.size()
    with Stage(stage.url, seed="another process") as other:
        for process in (stage, other):
            again = process.do(command, "envoy", "key")
            assert (again.replayed, told(again)) == (True, told(first))
    assert stage.size() == size


def test_another_body_under_the_same_key_is_refused_and_writes_nothing(stage: Stage) -> None:
    stage.do(Churn(holder=stage.actors["envoy"]), "envoy", "key")
    for other in (
        Churn(holder=stage.actors["envoy"], count=2),
        RegisterActor(actor=own_id("actor", "n")),
    ):
        refusal = stage.refuses(
            Refused.COMMAND_KEY_WAS_USED_FOR_ANOTHER_BODY, other, "envoy", key="key"
        )
        assert refusal.values == {"command": other.NAME}


def test_a_key_of_one_actor_says_nothing_about_the_same_words_of_another(stage: Stage) -> None:
    holder = stage.actors["envoy"]
    answers = [stage.do(Churn(holder=holder), name, "key") for name in ("envoy", "inventor")]
    assert [answer.replayed for answer in answers] == [False, False]


def test_a_no_on_record_is_told_again_with_its_facts(stage: Stage) -> None:
    command = HitLimit(holder=stage.actors["envoy"])
    first = stage.do(command, "envoy", "key")
    size = stage.size()

    again = stage.do(command, "envoy", "key")

    assert first.refusal is not None
    assert (again.replayed, told(again)) == (True, told(first))
    assert stage.size() == size


def test_a_refusal_is_not_remembered_so_the_key_serves_once_the_ground_is_gone(
    stage: Stage,
) -> None:
    newcomer = own_id("actor", "newcomer")
    grant, _ = given_role(newcomer, Role.ENVOY, HERE)
    stage.refuses(Refused.ACTOR_IS_UNKNOWN, grant, "administrator", key="key")
    stage.do(RegisterActor(actor=newcomer), "administrator")

    assert stage.do(grant, "administrator", "key").replayed is False
    assert stage.do(grant, "administrator", "key").replayed is True


def test_twins_within_a_batch_are_written_once_and_a_changed_twin_is_refused(
    stage: Stage,
) -> None:
    holder = stage.actors["envoy"]
    one, other = Churn(holder=holder, count=2), Churn(holder=holder, count=3)
    before = stage.size()
    requests = [stage.request(command, "envoy", "key") for command in (one, one, other, one)]

    first, twin, changed, last = stage.scribe.handle_all(requests)

    assert told(first) == told(twin) == told(last)
    assert told(changed) == (
        Refused.COMMAND_KEY_WAS_USED_FOR_ANOTHER_BODY,
        {"command": "trial.churn"},
    )
    assert stage.size() == before + 2


def test_a_batch_of_known_and_new_keys_writes_the_new_ones_only(stage: Stage) -> None:
    holder = stage.actors["envoy"]
    commands = [Churn(holder=holder, tag=str(number)) for number in range(6)]
    old = [stage.do(commands[number], "envoy", f"key {number}") for number in (1, 3)]
    before = stage.size()

    verdicts = stage.scribe.handle_all(
        [stage.request(command, "envoy", f"key {n}") for n, command in enumerate(commands)]
    )

    assert [told(verdicts[1]), told(verdicts[3])] == [told(answer) for answer in old]
    written = [v.written[0].position for v in verdicts if isinstance(v, Answer) and not v.replayed]
    assert written == list(range(before, before + 4))


def test_fifty_parallel_retries_from_five_processes_are_written_once(stage: Stage) -> None:
    command = Churn(holder=stage.actors["envoy"], count=2)

    async def storm() -> list[Answer]:
        clock = StageClock(MORNING + timedelta(hours=1))
        writers = [Writer(stage.url, clock) for _ in range(5)]
        for writer in writers:
            await writer.__aenter__()
        try:
            requests = [stage.request(command, "envoy", "key") for _ in range(50)]
            calls = [writers[n % 5].handle(request) for n, request in enumerate(requests)]
            return list(await asyncio.gather(*calls))
        finally:
            for writer in writers:
                await writer.__aexit__(None, None, None)

    before = stage.size()
    answers = asyncio.run(storm())

    assert len({repr(told(answer)) for answer in answers}) == 1
    assert [answer.replayed for answer in answers].count(False) == 1
    assert stage.size() == before + 2


_examples = count()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
@given(
    calls=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", None]),
            st.integers(1, 3),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
    ),
    batch=st.integers(1, 5),
)
def test_any_order_of_calls_retries_and_batches_answers_as_a_memory_of_keys_would(
    stage: Stage, calls: list[tuple[str | None, int, bool, bool]], batch: int
) -> None:
    """The model: a key's first body and answer; another body is refused, the same told again."""
    example = next(_examples)
    holder = own_id("actor", f"holder {example}")
    memory: dict[str, tuple[object, object]] = {}
    size = stage.size()
    with Stage(stage.url, seed=f"rival {example}") as rival:
        for start in range(0, len(calls), batch):
            part = calls[start : start + batch]
            process = rival if part[0][3] else stage
            commands = [
                HitLimit(holder=holder) if limited else Churn(holder=holder, count=number)
                for _, number, limited, _ in part
            ]
            keys = [None if key is None else f"{example} {key}" for key, *_ in part]
            verdicts = process.scribe.handle_all(
                [
                    process.request(command, "envoy", key)
                    for command, key in zip(commands, keys, strict=True)
                ]
            )
            for command, key, verdict in zip(commands, keys, verdicts, strict=True):
                if key is None or key not in memory:
                    assert isinstance(verdict, Answer)
                    assert not verdict.replayed
                    size += len(verdict.written)
                    if key is not None:
                        memory[key] = (command, told(verdict))
                elif memory[key][0] == command:
                    assert isinstance(verdict, Answer)
                    assert (verdict.replayed, told(verdict)) == (True, memory[key][1])
                else:
                    assert isinstance(verdict, Refusal)
                    assert verdict.code is Refused.COMMAND_KEY_WAS_USED_FOR_ANOTHER_BODY
    assert stage.size() == size
