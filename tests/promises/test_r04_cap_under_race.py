"""R4: whoever awards first, the fund never passes its cap, and is used up to the last fen."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import accumulate

import psycopg
import pytest

from api.postgres import Logins
from ledger.actors import Role
from ledger.book import APPEND
from ledger.case import New, Recorded
from ledger.codec import decode, encode, leaf_hash, timestamp
from ledger.facts import (
    ActorRegistered,
    LogOpened,
    RewardAwarded,
    RewardCapped,
    RoleGranted,
)
from ledger.recorder import parameters_for_entries
from ledger.refusals import Refusal, Refused
from ledger.rewards import AwardRewards
from ledger.sitting import Answer, Request
from ledger.writers import Writer
from tests.ledger.reward_city import APPROVER, AWARD_DAY, CLERK, SIGNED, City, city, uuid

TOLD = datetime(2022, 9, 9, 8, tzinfo=UTC)
AWARDING = datetime(2022, 9, 12, 2, tzinfo=UTC)
CLAIM_FEN = 1_000


def opening() -> list[tuple[New, str]]:
    """A log with a bureau approver on it."""
    person = f"person:{uuid(90)}"
    log = LogOpened(
        origin="race.example/log",
        clock="real",
        administrator=CLERK,
        person=person,
        security_administrator=None,
        security_person=None,
        on=SIGNED,
    )
    approver = f"person:{uuid(91)}"
    actor = ActorRegistered(registered=APPROVER, kind="human", person=approver, on=SIGNED)
    role = RoleGranted(
        holder=APPROVER, role=Role.BUREAU_APPROVER, scope=None, starts=SIGNED, ends=None
    )
    return [(New(fact), "log:main") for fact in (log, actor, role)]


def retold(seen: Iterable[Recorded]) -> list[tuple[New, str]]:
    """The facts of a desk in memory, ready to be written down."""
    return [(New(each.fact, each.rests_on), each.institution) for each in seen]


def write_down(url: str, facts: list[tuple[New, str]]) -> None:
    """Append facts as they are, in one batch."""
    chains: dict[str, tuple[int, str | None]] = {}
    entries: list[bytes] = []
    for new, institution in facts:
        before = [(subject, *chains.get(subject, (0, None))) for subject in new.subjects()]
        links = [(subject, sequence + 1, leaf) for subject, sequence, leaf in before]
        entry = encode(
            new,
            institution=institution,
            actor=CLERK,
            behalf=None,
            reason=None,
            evidence=[],
            command=hashlib.sha256(str(len(entries)).encode()).hexdigest()[:32],
            recorded=timestamp(TOLD),
            links=links,
        )
        chains |= {subject: (sequence, leaf_hash(entry)) for subject, sequence, _ in links}
        entries.append(entry)
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(APPEND, parameters_for_entries(entries)).fetchall()
    assert rows[0][0] == "head", rows


async def race(url: str, claims: list[str]) -> list[Answer | BaseException]:
    """Two processes award all claims, each claim in a command of its own, at the same time."""

    async def process(number: int) -> list[Answer | BaseException]:
        async with Writer(url, lambda: AWARDING) as writer:
            mine = claims if number else claims[::-1]
            commands = [
                Request(
                    AwardRewards(claims=(claim,)),
                    APPROVER,
                    hashlib.sha256(f"{number} {claim}".encode()).hexdigest()[:32],
                )
                for claim in mine
            ]
            return await asyncio.gather(
                *(writer.handle(command) for command in commands), return_exceptions=True
            )

    both = await asyncio.gather(process(0), process(1))
    return [verdict for verdicts in both for verdict in verdicts]


def outcome(url: str) -> tuple[list[int], list[int]]:
    """Amounts awarded in log order, and amounts kept back."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT state FROM ledger.facts ORDER BY position").fetchall()
    facts = [decode(bytes(row[0])).fact for row in rows]
    awarded = [fact.amount_fen for fact in facts if isinstance(fact, RewardAwarded)]
    return awarded, [fact.capped_fen for fact in facts if isinstance(fact, RewardCapped)]


@pytest.mark.parametrize(("cap_fen", "claims"), [(5_400, 12), (4_000, 9), (999, 4), (50_000, 10)])
def test_equal_claims_racing_at_the_cap_use_it_up_exactly(
    ledger: Logins, cap_fen: int, claims: int
) -> None:
    told: City = city(cap_fen=cap_fen)
    waiting = [told.received(CLAIM_FEN * 1_000, "publicised") for _ in range(claims)]
    write_down(ledger.service, opening() + retold(told.facts))

    verdicts = asyncio.run(race(ledger.service, waiting))

    awarded, kept_back = outcome(ledger.service)
    in_full, rest = divmod(cap_fen, CLAIM_FEN)
    assert all(total <= cap_fen for total in accumulate(awarded))
    assert awarded == [CLAIM_FEN] * min(in_full, claims) + [rest] * (in_full < claims and rest > 0)
    assert sum(awarded) == min(cap_fen, claims * CLAIM_FEN)
    assert sum(awarded) + sum(kept_back) == claims * CLAIM_FEN

    reached = [v for v in verdicts if isinstance(v, Answer) and v.refusal is not None]
    twice = [v for v in verdicts if isinstance(v, Refusal)]
    assert len(twice) == claims, "each claim is decided once, whoever comes first"
    assert {v.refusal.code for v in reached if v.refusal} <= {Refused.FUND_CAP_REACHED}
    assert len(reached) == claims - len(awarded)
    assert AWARDING.date() == AWARD_DAY
