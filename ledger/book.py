"""The one doorway to the log: load, decide, append, as a generator without I/O.

Drivers (`writers`) execute the statements it yields and send back the rows.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg
from psycopg.errors import UniqueViolation

from ledger.arrays import Bigints, Blobs, Dates, Ints, Texts
from ledger.case import Breach, Recorded, Ref
from ledger.commands import BY_COMMAND
from ledger.facts import FactVoided
from ledger.loading import Steps, load, load_missing
from ledger.refusals import Refusal, Refused
from ledger.sitting import (
    Answer,
    Cache,
    Outcome,
    Request,
    Rows,
    Sitting,
    Statement,
    Written,
    stored_answer,
)

APPEND = (
    "SELECT kind, name, at FROM ledger.append("
    "%b::text[], %b::int8[], "
    "%b::text[], %b::int8[], %b::text[], %b::text[], %b::date[], %b::bytea[], "
    "%b::int4[], %b::text[], %b::int8[], %b::timestamptz, %b::bytea[], "
    "%b::bytea[], %b::bytea[], %b::int4[], %b::int4[], %b::bytea[])"
)
_SEEN = """
SELECT c.key, c.body_hash, c.answer, f.position, f.topic, f.state
FROM ledger.commands c
JOIN ledger.facts f ON f.position >= c.first AND f.position < c.first + c.count
WHERE c.key = ANY (%b::bytea[])
ORDER BY f.position"""

_LOST = "SELECT command, position FROM ledger.lost_commands"

_TURNS_MAX = 50
"""A batch settles in a few turns once it holds the lock; more means this program is wrong."""

TURN: Statement = ("", ())
"""Not SQL: the batch is decided and waits until the one before it has its answer."""

Settle = Callable[[Request, Answer | Exception], None]
Clock = Callable[[], datetime]


def append_parameters(
    reads: dict[str, int],
    rows: Rows,
    recorded: datetime,
    asked: Sequence[bytes] = (),
    keyed: Sequence[tuple[bytes, bytes, int, int, bytes]] = (),
) -> tuple[Any, ...]:
    """The arguments of `ledger.append` in its order.

    `keyed` holds (key, body hash, first, count, answer) of every command to be remembered.
    """
    known, hashes, firsts, counts, answers = zip(*keyed, strict=True) if keyed else [()] * 5
    return (
        Texts(list(reads)),
        Bigints(list(reads.values())),
        Texts(rows.subjects),
        Bigints(rows.sequences),
        Texts(rows.topics),
        Texts(rows.institutions),
        Dates(rows.effectives),
        Blobs(rows.states),
        Ints(rows.link_facts),
        Texts(rows.link_subjects),
        Bigints(rows.link_sequences),
        recorded,
        Blobs(asked),
        Blobs(known),
        Blobs(hashes),
        Ints(firsts),
        Ints(counts),
        Blobs(answers),
    )


class Book:
    """Decides batches of requests over cached subjects and appends them in one transaction each.

    One book a process; several processes are safe: the append refuses stale reads, used keys and
    an older clock, and the batch is then decided again inside the transaction that holds the lock.
    """

    def __init__(self, clock: Clock, cache_size: int = 200_000) -> None:
        self._clock = clock
        self._cache = Cache(cache_size)
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._under_way: Sitting | None = None
        self._withdrawn = 0
        self._lost: dict[str, int] | None = None

    def settle_all(self, requests: Sequence[Request], settle: Settle) -> Steps:
        """Give every request its verdict; corrections are decided in batches of their own."""
        run: list[Request] = []
        for request in requests:
            if FactVoided in BY_COMMAND[type(request.command)].facts:
                yield from self._settle_run(run, settle)
                yield from self._settle_run([request], settle)
                run = []
            else:
                run.append(request)
        yield from self._settle_run(run, settle)

    def _settle_run(self, run: list[Request], settle: Settle) -> Steps:
        """One transaction for the run; after a database error each request is tried singly."""
        if not run:
            return
        unsettled = {id(request) for request in run}

        def settled(request: Request, verdict: Answer | Exception) -> None:
            unsettled.discard(id(request))
            settle(request, verdict)

        try:
            yield from self._sit(run, settled)
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            yield "ROLLBACK", ()
            left = [request for request in run if id(request) in unsettled]
            if len(run) == 1:
                # Two processes with one key can both get as far as the vault: the later one asks.
                left = yield from self._answer_known(left, settled)
                for request in left:
                    settled(request, _told_of(request, error))
                return
            for request in left:
                yield from self._settle_run([request], settle)

    def _sit(self, run: list[Request], settle: Settle) -> Steps:
        todo, twins = _one_a_key(run)
        heard: dict[bytes, Answer | Exception] = {}

        def hear(request: Request, verdict: Answer | Exception) -> None:
            if request.key is not None:
                heard[request.key] = verdict
            settle(request, verdict)

        yield from self._append(todo, hear)
        for twin, first in twins:
            same_body = twin.body_hash == first.body_hash
            settle(twin, _again(heard[first.key or b""]) if same_body else _key_reused(twin))

    def _append(self, todo: list[Request], settle: Settle) -> Steps:
        """Decide and append until everything is settled.

        Only the first attempt is made without the lock; whatever went stale meanwhile is loaded
        and decided again inside the transaction that holds it, so no writer starves. While a batch
        is on its way to the database the next one is decided as if it were written already; if it
        was not, the next one notices on its turn and decides again.
        """
        histories: dict[str, tuple[Recorded, ...]] = {}
        facts: dict[int, Recorded | None] = {}
        locked = False
        todo = yield from self._answer_known(todo, settle)
        todo = yield from self._refuse_lost(todo, settle)
        for _ in range(_TURNS_MAX):
            if not todo:
                break
            withdrawn = self._withdrawn
            now = max(self._clock(), self._latest)
            sitting = Sitting(self._cache, BY_COMMAND, now, histories, facts)
            decided: list[Outcome] = []
            while len(decided) < len(todo):
                outcome = sitting.decide(todo[len(decided)])
                if outcome is None:
                    yield from load_missing(
                        self._cache, sitting, todo[len(decided) :], histories, facts
                    )
                else:
                    decided.append(outcome)
            _ = yield TURN
            if self._withdrawn != withdrawn:
                continue
            self._latest, self._under_way = now, sitting
            sitting.commit()
            try:
                answer = yield from _attempt(sitting, todo, decided, now, locked)
            except BaseException:
                self._withdraw()
                raise
            kind, name, at, *others = answer
            if kind == "head":
                self._under_way = None
                _settle_decided(todo, decided, at, settle)
                return
            self._withdraw()
            if kind == "seen":
                keys = [bytes.fromhex(key) for key in (name, *others)]
                todo = yield from self._answer_seen(keys, todo, settle)
                continue
            if not locked:
                yield "BEGIN", ()
                locked = True
            if kind == "stale":
                histories.clear()
                facts.clear()
                yield from load(self._cache, [name, *others])
            else:
                self._latest = datetime.fromisoformat(name)
        else:
            raise RuntimeError(f"a batch of {len(todo)} did not settle in {_TURNS_MAX} turns")
        if locked:
            yield "ROLLBACK", ()

    def _withdraw(self) -> None:
        """What the batch under way was to change is not so after all."""
        if self._under_way is not None:
            self._under_way.withdraw()
            self._under_way = None
            self._withdrawn += 1

    def _answer_known(
        self, todo: list[Request], settle: Settle
    ) -> Generator[Statement, list[tuple[Any, ...]], list[Request]]:
        """Answer repeated commands that keep something in the vault before it is kept twice."""
        keys = [request.key for request in todo if request.key is not None and request.beside]
        return (yield from self._answer_seen(keys, todo, settle)) if keys else todo

    def _refuse_lost(
        self, todo: list[Request], settle: Settle
    ) -> Generator[Statement, list[tuple[Any, ...]], list[Request]]:
        """Never run again what was run before a restore that brought back its facts alone.

        Nobody serves while a ledger is restored, so a process needs to ask only once.
        """
        if all(request.key is None for request in todo):
            return todo
        if self._lost is None:
            self._lost = dict((yield _LOST, ()))
        rest = []
        for request in todo:
            position = self._lost.get(request.command_id) if request.key is not None else None
            if position is None:
                rest.append(request)
            else:
                settle(request, _key_lost(request, position))
        return rest

    def _answer_seen(
        self, keys: list[bytes], todo: list[Request], settle: Settle
    ) -> Generator[Statement, list[tuple[Any, ...]], list[Request]]:
        rows = yield _SEEN, (keys,)
        answers: dict[bytes, tuple[bytes, list[tuple[Any, ...]]]] = {}
        for row in rows:
            answers.setdefault(bytes(row[0]), (bytes(row[1]), []))[1].append(row)
        rest = []
        for request in todo:
            known = answers.get(request.key or b"")
            if known is None:
                rest.append(request)
            elif known[0] == request.body_hash:
                settle(request, _replay(known[1]))
            else:
                settle(request, _key_reused(request))
        return rest


def _attempt(
    sitting: Sitting, todo: list[Request], decided: list[Outcome], now: datetime, locked: bool
) -> Generator[Statement, list[tuple[Any, ...]], tuple[Any, ...]]:
    """One append with what goes beside it, committed when it was written.

    Answers (kind, first name, at, further names). Vault rows go first where the lock is not held
    yet, so that a large bank file keeps the others waiting only for its one fact.
    """
    beside = [
        statement
        for request, outcome in zip(todo, decided, strict=True)
        if outcome.written
        for statement in request.beside
    ]
    if beside and not locked:
        yield "BEGIN", ()
        yield from _each(beside)
    rows = yield APPEND, _parameters(sitting, todo, decided, now)
    if rows[0][0] == "head":
        if locked:
            yield from _each(beside)
        if locked or beside:
            yield "COMMIT", ()
    elif beside and not locked:
        yield "ROLLBACK", ()
    return (*rows[0], *(row[1] for row in rows[1:]))


def _each(statements: Iterable[Statement]) -> Steps:
    for statement in statements:
        _ = yield statement


def _one_a_key(run: list[Request]) -> tuple[list[Request], list[tuple[Request, Request]]]:
    """The requests to decide, and those waiting for the first with the same key."""
    first: dict[bytes, Request] = {}
    todo, twins = [], []
    for request in run:
        if request.key is None or request.key not in first:
            todo.append(request)
            if request.key is not None:
                first[request.key] = request
        else:
            twins.append((request, first[request.key]))
    return todo, twins


def _parameters(
    sitting: Sitting, todo: list[Request], outcomes: list[Outcome], now: datetime
) -> tuple[Any, ...]:
    keyed = [
        (
            request.key,
            request.body_hash,
            outcome.first,
            len(outcome.written),
            stored_answer(outcome.decision),
        )
        for request, outcome in zip(todo, outcomes, strict=True)
        if request.key is not None and request.body_hash is not None and outcome.written
    ]
    asked = [request.key for request in todo if request.key is not None]
    return append_parameters(sitting.reads, sitting.rows, now, asked, keyed)


def _answer(outcome: Outcome, base: int = 0) -> Answer:
    decision = outcome.decision
    return Answer(
        written=tuple(
            Written(base + outcome.first + offset, topic, subjects)
            for offset, (topic, subjects) in enumerate(outcome.written)
        ),
        breaches=decision.breaches if decision else (),
        refusal=decision.refusal if decision else None,
    )


def _settle_decided(
    todo: list[Request], outcomes: list[Outcome], base: int, settle: Settle
) -> None:
    for request, outcome in zip(todo, outcomes, strict=True):
        settle(request, outcome.failure or _answer(outcome, base))


def _replay(rows: list[tuple[Any, ...]]) -> Answer:
    """The answer a command got the first time, from what is stored under its key."""
    answer = orjson.loads(rows[0][2])
    written = tuple(
        Written(
            position,
            topic,
            tuple(Ref(s["subject"], s["sequence"]) for s in orjson.loads(state)["subjects"]),
        )
        for _, _, _, position, topic, state in rows
    )
    no = answer["no"]
    return Answer(
        written=written,
        breaches=tuple(Breach(code, values) for code, values in answer["breaches"]),
        refusal=Refusal(Refused(no["code"]), **no["values"]) if no else None,
        replayed=True,
    )


def _again(verdict: Answer | Exception) -> Answer | Exception:
    if isinstance(verdict, Answer):
        return Answer(verdict.written, verdict.breaches, verdict.refusal, replayed=True)
    return verdict


def _told_of(request: Request, error: psycopg.Error) -> Exception:
    """What a caller hears of a database that refuses a command: an id that somebody chose and that
    the vault holds for another is a refusal, anything else a fault of this program."""
    fresh = type(request.command).FRESH
    if fresh is None or not isinstance(error, UniqueViolation):
        return error
    chosen: str = getattr(request.command, fresh)
    if chosen not in (error.diag.message_detail or ""):
        return error
    return Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=chosen)


def _key_lost(request: Request, position: int) -> Refusal:
    return Refusal(
        Refused.COMMAND_KEY_WAS_LOST_IN_A_RESTORE, command=request.command.NAME, position=position
    )


def _key_reused(request: Request) -> Refusal:
    return Refusal(Refused.COMMAND_KEY_WAS_USED_FOR_ANOTHER_BODY, command=request.command.NAME)
