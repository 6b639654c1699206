"""The writer under asyncio: what waits commits together, and everybody hears their own verdict."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta

import orjson
import psycopg
import pytest

from api.postgres import SUPERUSER, EmbeddedServer
from ledger.access import Actor, RevokeRole
from ledger.actors import Role
from ledger.codec import leaf_hash
from ledger.commands import BY_COMMAND
from ledger.proposals import ConfirmRight, GrantRole, RegisterActor
from ledger.refusals import Refusal, Refused
from ledger.sitting import Answer
from ledger.writers import LedgerUnreachable, Writer
from tests.ledger import trial
from tests.ledger.stage import HERE, MORNING, Stage, StageClock, own_id
from tests.ledger.trial import Falter


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


def test_sixty_four_callers_commit_together_and_each_hears_its_own_answer(stage: Stage) -> None:
    async def all_at_once() -> list[Answer]:
        async with Writer(stage.url, StageClock(MORNING + timedelta(hours=1))) as writer:
            requests = [stage.request(register(f"n{n}"), "administrator") for n in range(64)]
            return list(await asyncio.gather(*(writer.handle(each) for each in requests)))

    before = stage.size()
    answers = asyncio.run(all_at_once())

    subjects = [answer.written[0].subjects[0].subject for answer in answers]
    assert subjects == [own_id("actor", f"n{n}") for n in range(64)]
    assert sorted(a.written[0].position for a in answers) == list(range(before, before + 64))
    # One batch is decided while the other is on its way: two commits, not sixty-four.
    assert len({seen.recorded_at for seen in stage.facts()[before:]}) == 2


def test_callers_under_asyncio_hear_refusals_and_faults_one_by_one(stage: Stage) -> None:
    async def mixed() -> list[Answer | BaseException]:
        async with Writer(stage.url, StageClock(MORNING + timedelta(hours=1))) as writer:
            commands = [register("a"), register("a"), Falter(), register("b")]
            requests = [stage.request(command, "administrator") for command in commands]
            return await asyncio.gather(
                *(writer.handle(each) for each in requests), return_exceptions=True
            )

    verdicts = asyncio.run(mixed())

    assert isinstance(verdicts[1], Refusal)
    assert verdicts[1].code is Refused.SUBJECT_EXISTS_ALREADY
    assert isinstance(verdicts[2], ZeroDivisionError)
    assert isinstance(verdicts[0], Answer)
    assert isinstance(verdicts[3], Answer)


def test_a_caller_that_goes_away_takes_nobody_along(stage: Stage) -> None:
    async def impatient() -> list[Answer | BaseException]:
        async with Writer(stage.url, StageClock(MORNING + timedelta(hours=1))) as writer:
            slow = ("SELECT pg_sleep(0.2)", ())
            first = stage.request(register("slow"), "administrator", beside=(slow,))
            requests = [stage.request(register(f"n{n}"), "administrator") for n in range(10)]
            tasks = [asyncio.create_task(writer.handle(first))]
            await asyncio.sleep(0.05)
            tasks += [asyncio.create_task(writer.handle(each)) for each in requests]
            await asyncio.sleep(0.05)
            for task in (tasks[0], *tasks[2::2]):
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            last = await writer.handle(stage.request(register("last"), "administrator"))
            return [*done, last]

    slow, *others, last = asyncio.run(impatient())

    assert isinstance(slow, asyncio.CancelledError)
    assert [isinstance(other, Answer) for other in others] == [True, False] * 5
    assert isinstance(last, Answer)
    assert registered(stage, "slow")
    assert all(registered(stage, f"n{n}") for n in range(10))


def test_whoever_waits_when_the_writer_closes_is_told_that_the_outcome_is_unknown(
    stage: Stage,
) -> None:
    async def closed_early() -> list[Answer | BaseException]:
        writer = Writer(stage.url, StageClock(MORNING + timedelta(hours=1)))
        async with writer:
            slow = ("SELECT pg_sleep(5)", ())
            first = stage.request(register("slow"), "administrator", beside=(slow,))
            tasks = [asyncio.create_task(writer.handle(first))]
            await asyncio.sleep(0.1)
            second = stage.request(register("waiting"), "administrator")
            tasks.append(asyncio.create_task(writer.handle(second)))
            await asyncio.sleep(0)
        return await asyncio.gather(*tasks, return_exceptions=True)

    verdicts = asyncio.run(closed_early())

    assert [type(verdict) for verdict in verdicts] == [LedgerUnreachable, LedgerUnreachable]
    assert not registered(stage, "waiting")


def test_a_cut_connection_is_told_and_the_next_command_goes_through(
    stage: Stage, server: EmbeddedServer
) -> None:
    async def cut() -> list[Answer | BaseException]:
        async with Writer(stage.url, StageClock(MORNING + timedelta(hours=1))) as writer:
            await writer.handle(stage.request(register("before"), "administrator"))
            with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = %s AND query LIKE '%%ledger.append%%'",
                    (psycopg.conninfo.conninfo_to_dict(stage.url)["dbname"],),
                )
            lost = stage.request(register("lost"), "administrator")
            again = stage.request(register("again"), "administrator")
            first = await asyncio.gather(writer.handle(lost), return_exceptions=True)
            return [*first, await writer.handle(again), await writer.handle(lost)]

    verdicts = asyncio.run(cut())

    assert isinstance(verdicts[0], LedgerUnreachable)
    assert isinstance(verdicts[1], Answer)
    assert isinstance(verdicts[2], Answer)


def chains(url: str) -> dict[str, list[tuple[int, str | None, str]]]:
    """Every subject's (sequence, previous leaf, own leaf) as the entries themselves state them."""
    found: dict[str, list[tuple[int, str | None, str]]] = {}
    with psycopg.connect(url) as connection:
        for (state,) in connection.execute("SELECT state FROM ledger.facts ORDER BY position"):
            for link in orjson.loads(state)["subjects"]:
                mine = (link["sequence"], link["previous"], leaf_hash(state))
                found.setdefault(link["subject"], []).append(mine)
    return found


def test_batches_decided_ahead_on_one_that_failed_keep_every_chain_whole(stage: Stage) -> None:
    """Two processes change the same few actors: many batches fail after the next was decided."""
    for n in range(4):
        stage.do(register(f"shared {n}"), "administrator")

    async def one_process(process: int) -> None:
        clock = StageClock(MORNING + timedelta(hours=1))

        async def call(caller: int) -> None:
            holder = own_id("actor", f"shared {caller % 4}")
            role = list(Role)[caller % 3]
            for turn in range(6):
                proposal = own_id("proposal", f"{process} {caller} {turn}")
                grant = GrantRole(proposal=proposal, holder=holder, role=role, scope=HERE)
                confirm = ConfirmRight(proposal=proposal)
                revoke = RevokeRole(holder=holder, role=role, scope=HERE)
                for command in (grant, confirm, revoke):
                    request = stage.requests.make(command, stage.keeper(command))
                    name = f"{process} {caller} {turn} {command.NAME}"
                    with contextlib.suppress(Refusal):
                        await writer.handle(replace(request, command_id=name.encode().hex()[:32]))

        async with Writer(stage.url, clock) as writer:
            await asyncio.gather(*(call(caller) for caller in range(40)))

    async def both() -> None:
        await asyncio.gather(one_process(1), one_process(2))

    asyncio.run(both())

    for links in chains(stage.url).values():
        assert [sequence for sequence, _, _ in links] == list(range(1, len(links) + 1))
        assert [previous for _, previous, _ in links] == [
            None,
            *(leaf for _, _, leaf in links[:-1]),
        ]
