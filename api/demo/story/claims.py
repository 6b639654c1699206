"""Receipts and reward claims as data, and the commands that carry them through their stages."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from api.demo.story.bank_files import ACCOUNTS
from api.demo.story.contracts import Deal
from api.demo.story.people import person
from api.demo.story.steps import ClaimLine, Do, Line, Step, moment, named
from ledger.money import split


class Part(NamedTuple):
    """How much of a receipt is for which due of a contract."""

    deal: Deal
    due: int | None
    amount_fen: int
    purpose: str | None = None


class Paid(NamedTuple):
    """A bank line claimed as money of `payer` and allocated by the finance clerk."""

    line: Line
    payer: str
    parts: tuple[Part, ...]


def allocated(line: Line, who: str, at: datetime, parts: Sequence[Part]) -> Do:
    """The step of setting parts of a receipt against contracts."""
    body = [
        {
            "contract": part.deal.id,
            "instalment": part.due,
            "purpose": part.purpose or part.deal.purpose,
            "amount_fen": part.amount_fen,
        }
        for part in parts
    ]
    return Do(at, who, "receipt.allocate", {"receipt": line, "parts": body})


def booked(at: datetime, paid: Sequence[Paid]) -> tuple[Step, ...]:
    """Every line claimed, and allocated where the contract is known, by the house's clerk."""
    steps: list[Step] = []
    for one in paid:
        who = f"{ACCOUNTS[one.line.account].house}/finance"
        steps.append(ClaimLine(at, who, one.line, one.payer))
        if one.parts:
            steps.append(allocated(one.line, who, at, one.parts))
    return tuple(steps)


class Claim(NamedTuple):
    """A reward claim: allocations (line and its number), the team by weight, what it gets."""

    key: str
    fund: str
    deal: Deal
    lines: tuple[tuple[Line, int], ...]
    team: tuple[tuple[str, int], ...]
    awarded_fen: int

    @property
    def id(self) -> str:
        """The subject id of the claim."""
        return named("reward", self.key)

    @property
    def members(self) -> tuple[str, ...]:
        """The team's person ids."""
        return tuple(person(f"{self.deal.house}/team/{name}") for name, _ in self.team)


class Calendar(NamedTuple):
    """The days of the stages of one batch of claims."""

    claimed: date
    accepted: date
    judged: date
    reviewed: date
    notice: date
    notice_ends: date


def claimed(claim: Claim, day: date) -> Do:
    """The step of claiming."""
    body = {
        "reward": claim.id,
        "fund": claim.fund,
        "contract": claim.deal.id,
        "lines": [{"receipt": line, "number": number} for line, number in claim.lines],
        "team": [
            {"person": member, "weight": weight}
            for member, (_, weight) in zip(claim.members, claim.team, strict=True)
        ],
    }
    return Do(moment(day, 9), f"{claim.deal.house}/centre", "reward.claim", body)


def examined(claims: Sequence[Claim], days: Calendar) -> tuple[Do, ...]:
    """Claimed, accepted, judged, reviewed by somebody else, and put on public notice."""
    stages: tuple[tuple[date, str, str, dict[str, Any]], ...] = (
        (days.accepted, "bureau/clerk", "reward.accept", {}),
        (days.judged, "bureau/clerk", "reward.judge", {"eligible": True}),
        (days.reviewed, "bureau/reviewer", "reward.review", {}),
        (
            days.notice,
            "bureau/approver",
            "reward.publicise",
            {"last_day": days.notice_ends.isoformat()},
        ),
    )
    return (
        *(claimed(claim, days.claimed) for claim in claims),
        *(
            Do(moment(day), who, command, {"reward": claim.id, **given})
            for day, who, command, given in stages
            for claim in claims
        ),
    )


def awarded(claims: Sequence[Claim], day: date) -> Do:
    """The step of awarding claims in this order."""
    body = {"claims": [claim.id for claim in claims]}
    return Do(moment(day), "bureau/approver", "reward.award", body)


def paid_out(
    claims: Sequence[Claim], appropriated: date, disbursed: date, left_out: int = 0
) -> tuple[Do, ...]:
    """Appropriated by the bureau and disbursed by the house, a fifth withheld as income tax.

    The last `left_out` members of each team get nothing yet.
    """
    steps = []
    for claim in claims:
        steps.append(
            Do(moment(appropriated), "bureau/payer", "reward.appropriate", {"reward": claim.id})
        )
        shares = split(claim.awarded_fen, [weight for _, weight in claim.team])
        payouts: list[dict[str, Any]] = [
            {"person": member, "amount_fen": share_fen, "tax_fen": share_fen // 5}
            for member, share_fen in zip(claim.members, shares, strict=True)
            if share_fen
        ]
        kept = payouts[: len(payouts) - left_out]
        body = {"reward": claim.id, "payouts": kept}
        who = f"{claim.deal.house}/finance"
        steps.append(Do(moment(disbursed), who, "reward.disburse", body))
    return tuple(steps)
