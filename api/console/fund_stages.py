"""A fund's claims by stage: what waits for which act, and of each whether this reader may do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from api.access import Caller
from api.console.acts import Offer, Thing, acting_for, offers
from api.console.audit_tables import Seen
from api.console.cells import called, grouped_yuan
from api.exports.cells import word_of
from api.language import Language
from api.texts import told
from ledger.case import Command
from ledger.facts import FundOpened
from ledger.looking import Onlooker
from ledger.reward_awards import AwardRewards, PubliciseReward
from ledger.reward_claims import AcceptReward, ReturnReward
from ledger.reward_fund_state import Fund
from ledger.reward_judgement import JudgeReward, ReviewReward
from ledger.reward_payments import AppropriateReward, DisburseReward
from ledger.reward_stages import Reward, Stage
from ledger.sitting import Request
from projections.reward_claims import REWARD_CLAIMS
from projections.subject_names import subject_names

STAGES: Final[Mapping[Stage, tuple[type[Command], ...]]] = {
    "claimed": (AcceptReward, ReturnReward),
    "accepted": (JudgeReward, ReturnReward),
    "judged": (ReviewReward, ReturnReward),
    "reviewed": (PubliciseReward, ReturnReward),
    "publicised": (AwardRewards, ReturnReward),
    "awarded": (AppropriateReward,),
    "appropriated": (),
    "disbursed": (),
}
"""What claims at a stage wait for and can be done to several at once, the usual act first."""

BATCHED: Final[Mapping[str, type[Command]]] = {
    command.NAME: command for commands in STAGES.values() for command in commands
}

_NEXT: Final[Mapping[Stage, type[Command]]] = {
    **{stage: commands[0] for stage, commands in STAGES.items() if commands},
    "appropriated": DisburseReward,
}
"""The act that a claim at a stage waits for."""

_NOTICE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One claim in words. `ready` says that its next act would be taken from this reader now;
    `note` what stands in the way, or who acts."""

    reward: str
    institution: str
    contract: str
    partner: str
    amount_fen: int
    since: str
    ready: bool
    note: tuple[str, ...]
    acts: tuple[Offer, ...]

    @property
    def amount(self) -> str:
        """The amount in yuan."""
        return grouped_yuan(self.amount_fen)


@dataclass(frozen=True, slots=True)
class Section:
    """The claims at a stage, and the acts that this reader may do to several of them at once."""

    stage: Stage
    rows: tuple[Row, ...]
    acts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FundSeen:
    """One fund as a reader sees it: its state, the claims open to them, and the ended ones."""

    fund: str
    state: Fund
    sections: tuple[Section, ...]
    ended: int


def claims_seen(seen: Seen, fund: str) -> list[dict[str, Any]]:
    """The claims of a fund that the reader may see, in the order they were claimed. Blocks."""
    return list(seen.rows(REWARD_CLAIMS, fund=fund).iter_rows(named=True))


def amount_fen(reward: Reward) -> int:
    """What a claim is about now: the award once there is one, else the review, else the claim."""
    return reward.standing_fen if reward.awarded_fen else reward.amount_fen


def fund_seen(seen: Seen, onlooker: Onlooker, fund: str, back: str) -> FundSeen | None:
    """A fund with its claims by stage; None where there is no such fund. Blocks: use a thread."""
    claims = claims_seen(seen, fund)
    ids = [row["reward"] for row in claims]
    states = onlooker.states([fund, *ids])
    state = states[fund]
    if not isinstance(state, Fund) or not state.known:
        return None
    names = _names(seen, claims)
    things = [Thing(row["reward"], row["institution"]) for row in claims]
    notes = _notes(seen, onlooker, claims, states)
    acts = offers(onlooker, seen.caller, things, seen.spoken, back)
    rows: dict[Stage, list[Row]] = {stage: [] for stage in STAGES}
    for row, note, offered in zip(claims, notes, acts, strict=True):
        reward: Reward = states[row["reward"]]
        if reward.stage in rows:
            made = _row(row, reward, note, offered, names, seen.spoken)
            rows[reward.stage].append(made)
    sections = tuple(
        Section(stage, tuple(found), _batched(seen, stage))
        for stage, found in rows.items()
        if found
    )
    return FundSeen(fund, state, sections, len(ids) - sum(len(each.rows) for each in sections))


def _names(seen: Seen, claims: Sequence[Mapping[str, Any]]) -> Any:
    columns = ("institution", "contract", "counterparty")
    return subject_names(seen.tape, {row[name] for row in claims for name in columns})


def _batched(seen: Seen, stage: Stage) -> tuple[tuple[str, str], ...]:
    return tuple(
        (command.NAME, command.ZH if seen.spoken == "zh" else command.EN)
        for command in STAGES[stage]
        if (command.ROLES or frozenset()) & seen.caller.roles
    )


def _row(
    row: Mapping[str, Any],
    reward: Reward,
    note: tuple[bool, tuple[str, ...]],
    offered: Sequence[Offer],
    names: Any,
    spoken: Language,
) -> Row:
    single = [
        _filled(each, reward) for each in offered if each.weight < 2 and each.name not in BATCHED
    ]
    return Row(
        reward=row["reward"],
        institution=called(row["institution"], spoken, names),
        contract=called(row["contract"], spoken, names),
        partner=called(row["counterparty"], spoken, names),
        amount_fen=amount_fen(reward),
        since=reward.latest.isoformat(),
        ready=note[0],
        note=note[1],
        acts=tuple(single),
    )


def _filled(offer: Offer, reward: Reward) -> Offer:
    """A payment to the team comes with the team in its rows; no amount is all that is due."""
    if offer.name != DisburseReward.NAME:
        return offer
    team = {f"payouts.{place}.person": one.person for place, one in enumerate(reward.shares)}
    return Offer(offer.name, offer.title, f"{offer.href}&{urlencode(team)}", offer.weight)


def _notes(
    seen: Seen,
    onlooker: Onlooker,
    claims: Sequence[Mapping[str, Any]],
    states: Mapping[str, Any],
) -> list[tuple[bool, tuple[str, ...]]]:
    """Of each claim whether its next act would be taken from this reader, else why not or whose
    it is."""
    asked: dict[int, Request] = {}
    found: list[tuple[bool, tuple[str, ...]]] = []
    for place, row in enumerate(claims):
        command = _NEXT.get(states[row["reward"]].stage)
        if command is None:
            found.append((False, ()))
        elif not (command.ROLES or frozenset()) & seen.caller.roles:
            found.append((False, (_done_by(command, seen.spoken),)))
        else:
            found.append((True, ()))
            if command is not DisburseReward:
                asked[place] = _next_request(command, seen.caller, row)
    refusals = onlooker.refusals(list(asked.values()))
    for place, refusal in zip(asked, refusals, strict=True):
        if refusal is not None:
            found[place] = (False, tuple(told(refusal, seen.spoken)[:1]))
    return found


def _done_by(command: type[Command], spoken: Language) -> str:
    between, said = ("、", "由{}办理") if spoken == "zh" else (", ", "done by {}")
    roles = sorted(word_of("role", role, spoken) for role in command.ROLES or ())
    return said.format(between.join(roles))


def _next_request(command: type[Command], caller: Caller, row: Mapping[str, Any]) -> Request:
    """The next act as it would usually be said: a yes, the shortest notice, this claim alone."""
    thing = Thing(row["reward"], row["institution"])
    said: dict[str, Any] = {"institution": acting_for(command, caller, thing)}
    said |= {"claims": (row["reward"],)} if command is AwardRewards else {"reward": row["reward"]}
    if command is JudgeReward:
        said["eligible"] = True
    if command is PubliciseReward:
        said["last_day"] = caller.day + _NOTICE
    return Request(command(**said), caller.actor, "0" * 32)


def funds_told(seen: Seen, onlooker: Onlooker) -> list[dict[str, Any]]:
    """Every fund with what is left in it, and how many claims the reader sees in progress."""
    ids = seen.tape.frame(FundOpened).select("fund").unique(maintain_order=True).collect()["fund"]
    states = onlooker.states(ids.to_list())
    names = subject_names(seen.tape, ids.to_list())
    return [
        {
            "href": f"/funds/{each}",
            "name": called(each, seen.spoken, names),
            **amounts(states[each]),
            "claims": len(claims_seen(seen, each)),
        }
        for each in ids
    ]


def amounts(fund: Fund) -> dict[str, str]:
    """The fund's cap, what was awarded and what is left, in yuan."""
    cap_fen = fund.terms.cap_fen if fund.terms else 0
    return {
        "cap": grouped_yuan(cap_fen),
        "awarded": grouped_yuan(fund.awarded_fen),
        "left": grouped_yuan(fund.left_fen),
    }
