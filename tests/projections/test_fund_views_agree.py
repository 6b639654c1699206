"""Any run of commands on the fund: what the views sum is what the ledger folded, at every step."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from ledger.case import New, Recorded
from ledger.codec import encode, leaf_hash, timestamp
from ledger.money import apply_rate
from ledger.reward_fund import Fund
from ledger.rewards import (
    AppropriateReward,
    AwardRewards,
    DisburseReward,
    PersonPaid,
    ReturnUnspent,
)
from projections.moment import Moment
from projections.tape import Tape
from projections.views import BY_NAME
from tests.ledger.given import Desk
from tests.ledger.reward_city import ANN, APPROVER, AWARD_DAY, FINANCE, PAYER
from tests.ledger.test_reward_machine import RewardMachine
from tests.projections.tape_builder import rows_of


def tape_of_desk(desk: Desk) -> Tape:
    """The facts of a desk as the tape of a log that holds them in their order."""
    leaves: dict[str, str] = {}
    entries = []
    for seen in desk.facts:
        entry = _entry(seen, leaves)
        leaves |= dict.fromkeys(seen.sequences, leaf_hash(entry))
        entries.append(entry)
    return Tape.empty().extended(rows_of(entries))


def _entry(seen: Recorded, leaves: dict[str, str]) -> bytes:
    return encode(
        New(seen.fact, seen.rests_on, seen.institution, seen.replaces, tuple(seen.sequences)),
        institution=seen.institution,
        actor=seen.actor,
        behalf=None,
        reason=None,
        evidence=(),
        command=f"{seen.position:032x}",
        recorded=timestamp(seen.recorded_at),
        links=[(name, number, leaves.get(name)) for name, number in seen.sequences.items()],
    )


class ReadRewardMachine(RewardMachine):
    """The same interleavings; at the end every step is read back from one tape."""

    @invariant()
    def the_fund_is_noted(self) -> None:
        if not hasattr(self, "noted"):
            self.noted: dict[int, Fund] = {}
        self.noted[len(self.city.facts)] = self.city.fund()

    @rule(reward=RewardMachine.rewards, fen=st.integers(1, 200))
    def pay_out(self, reward: str, fen: int) -> None:
        """One claim all the way, which single steps seldom reach."""
        self.publicise(reward)
        self.attempt(AwardRewards(claims=(reward,)), APPROVER)
        self.attempt(AppropriateReward(reward=reward), PAYER)
        claimant = self.city.reward(reward).claimant
        self.attempt(ReturnUnspent(reward=reward, amount_fen=fen), FINANCE, claimant)
        paid = PersonPaid(person=ANN, amount_fen=fen, tax_fen=fen // 5)
        self.attempt(DisburseReward(reward=reward, payouts=(paid,)), FINANCE, claimant)

    def teardown(self) -> None:
        if hasattr(self, "city"):
            self.tape = tape_of_desk(self.city)
            self.running_sums_are_the_folded_ones()
            self.totals_are_the_folded_ones()
            self.bases_are_what_is_held()
            self.persons_get_what_was_shared_and_paid()

    def read(self, name: str) -> list[dict[str, Any]]:
        """The rows of a view on the day of the awards."""
        moment = Moment(AWARD_DAY, self.tape.size)
        return BY_NAME[name].rows(self.tape, moment).collect().to_dicts()

    def running_sums_are_the_folded_ones(self) -> None:
        ledger = self.read("reward-fund")
        for size, fund in self.noted.items():
            last = [row for row in ledger if row["position"] < size][-1]
            freed_fen = fund.clawed_back_fen + fund.unspent_returned_fen
            assert last["exposure_fen"] == fund.awarded_fen - freed_fen
            assert last["left_fen"] == last["cap_fen"] - last["exposure_fen"]
            assert last["available_fen"] == fund.left_fen

    def totals_are_the_folded_ones(self) -> None:
        fund = self.city.fund()
        (summary,) = self.read("reward-fund-summary")
        assert summary["available_fen"] == fund.left_fen
        by_institution = self.read("rewards-by-institution")
        by_deal = self.read("rewards-by-deal")
        for rows in ([summary], by_institution, by_deal):
            for name in (
                "awarded_fen",
                "appropriated_fen",
                "disbursed_fen",
                "unspent_returned_fen",
                "clawed_back_fen",
            ):
                assert sum(row[name] for row in rows) == getattr(fund, name), name
            assert sum(row["accrued_fen"] for row in rows) == summary["accrued_fen"]
        for rows, of in ((by_institution, "institution"), (by_deal, "contract")):
            for row in rows:
                claims = [c for c in fund.claims.values() if row[of] in (c.claimant, c.contract)]
                assert row["exposure_fen"] == sum(claim.standing_fen for claim in claims)

    def bases_are_what_is_held(self) -> None:
        held = dict.fromkeys(self.owner, 0)
        for subject in self.city.histories:
            if subject.startswith("receipt:"):
                for part in self.city.state(subject).allocations.values():
                    held[part.contract] += part.received_fen
        for row in self.read("rewards-by-deal"):
            assert row["base_fen"] == held[row["contract"]]
            if (self.terms.rounding_level, self.terms.team_reading) == (
                "contract-cumulative",
                "team-in-all",
            ):
                whole_fen = apply_rate(self.terms.rate, row["base_fen"], self.terms.rounding)
                assert row["accrued_fen"] == whole_fen

    def persons_get_what_was_shared_and_paid(self) -> None:
        fund = self.city.fund()
        rows = self.read("rewards-by-person")
        assert sum(row["awarded_fen"] for row in rows) == fund.awarded_fen
        assert sum(row["disbursed_fen"] for row in rows) == fund.disbursed_fen
        assert sum(row["net_fen"] + row["tax_fen"] for row in rows) == fund.disbursed_fen


TestReadRewardMachine = ReadRewardMachine.TestCase
TestReadRewardMachine.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
