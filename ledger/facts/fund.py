"""The reward fund: its terms and every stage of a claim, each a fact of its own."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.facts.base import Fact, Value, each_once
from ledger.facts.cash import Holder, Number
from ledger.facts.deals import FeeFen, PositiveFen, Purpose
from ledger.money import Fen, Rate, Rounding
from ledger.policies.sme_2011 import Size
from ledger.subjects import (
    ContractId,
    CounterpartyId,
    FundId,
    InstitutionId,
    PersonId,
    PolicyId,
    ReceiptId,
    RewardId,
    Text,
)


class Window(Value):
    """A range of days, both ends included; a null end is open."""

    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether the day lies inside."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class FundTerms(Value):
    """Every switch of a fund; the bureau decides them once, when it opens the fund."""

    cap_fen: PositiveFen
    cap_per_institution_fen: PositiveFen | None
    cap_per_contract_fen: PositiveFen | None
    cap_per_person_fen: PositiveFen | None
    max_recipients: Annotated[int, Field(ge=1)] | None
    rate: Rate
    team_reading: Literal["team-in-all", "each-member"]
    rounding: Rounding
    rounding_level: Literal["contract-cumulative", "receipt", "claim"]
    appropriation_window: Window
    receipt_window: Window
    contract_window: Window
    deal_kinds: tuple[Literal["license", "assignment"], ...]
    purposes: tuple[Purpose, ...]
    holders: tuple[Holder, ...]
    institution_kinds: tuple[Literal["university", "research-institute"], ...]
    sizes: tuple[Size, ...]
    size_as_of: Literal["contract", "receipt", "claim"]
    controlled_by_large: Literal["flag", "exclude"]
    related_party: Literal["flag", "exclude"]
    over_cap: Literal["order-of-award", "pro-rata", "manual"]
    refund_policy: Literal["claw-back", "set-off", "leave"]
    freed_money: Literal["not-reusable", "reusable"]
    base_reduced_by_vat: bool
    excluded_funding: tuple[Text, ...]


class FundOpened(Fact):
    """The bureau opened a fund under these terms."""

    TOPIC: ClassVar[str] = "fund-opened.v1"
    fund: FundId
    title_zh: Text
    title_en: Text
    legal_reference: Text
    policy: PolicyId
    policy_version: Annotated[int, Field(ge=1)]
    terms: FundTerms
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.fund,)


class ClaimLine(Value):
    """One allocation claimed: receipt, its allocation number, and the eligible amount received."""

    receipt: ReceiptId
    number: Number
    base_fen: PositiveFen
    vat_fen: FeeFen
    value_date: date


class TeamShare(Value):
    """A service-team member and the weight of that person's part."""

    person: PersonId
    weight: Annotated[int, Field(ge=1, le=1_000_000)]


class Payout(Value):
    """What one person got: gross, income tax withheld, the rest paid out."""

    person: PersonId
    amount_fen: FeeFen
    tax_fen: FeeFen


class RewardClaimed(Fact):
    """An institution claimed a reward (申报) for money received under one contract.

    `amount_fen` is what the rate gives at this moment; the review fixes it.
    """

    TOPIC: ClassVar[str] = "reward-claimed.v1"
    reward: RewardId
    fund: FundId
    contract: ContractId
    counterparty: CounterpartyId
    lines: tuple[ClaimLine, ...]
    team: tuple[TeamShare, ...]
    other_funding: tuple[Text, ...]
    base_fen: PositiveFen
    amount_fen: FeeFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(
            self.reward,
            self.fund,
            self.contract,
            *(line.receipt for line in self.lines),
            *(share.person for share in self.team),
        )


class RewardAccepted(Fact):
    """The bureau took the claim in (受理)."""

    TOPIC: ClassVar[str] = "reward-accepted.v1"
    reward: RewardId
    fund: FundId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.reward, self.fund)


class RewardReturned(Fact):
    """The bureau gave the claim back (退回); its lines may be claimed again."""

    TOPIC: ClassVar[str] = "reward-returned.v1"
    reward: RewardId
    fund: FundId
    contract: ContractId
    receipts: tuple[ReceiptId, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.reward, self.fund, self.contract, *self.receipts)


class RewardJudged(Fact):
    """One bureau clerk judged the claim eligible: the size relied on and what was flagged."""

    TOPIC: ClassVar[str] = "reward-judged.v1"
    reward: RewardId
    fund: FundId
    counterparty: CounterpartyId
    size: Size
    size_on: date
    flags: tuple[Text, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.reward, self.fund, self.counterparty)


class RewardRefused(Fact):
    """A bureau clerk judged the claim not eligible; its lines may be claimed again."""

    TOPIC: ClassVar[str] = "reward-refused.v1"
    reward: RewardId
    fund: FundId
    contract: ContractId
    receipts: tuple[ReceiptId, ...]
    grounds: tuple[Text, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.reward, self.fund, self.contract, *self.receipts)


class RewardReviewed(Fact):
    """Another bureau clerk fixed the amount (审核), recomputed from what is received by now."""

    TOPIC: ClassVar[str] = "reward-reviewed.v1"
    reward: RewardId
    fund: FundId
    contract: ContractId
    base_fen: FeeFen
    amount_fen: FeeFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.reward, self.fund, self.contract)


class RewardPublicised(Fact):
    """The claim stands on public notice (公示) from a day to a day."""

    TOPIC: ClassVar[str] = "reward-publicised.v1"
    SCHEDULED: ClassVar[bool] = True
    EFFECTIVE: ClassVar[str] = "first_day"
    reward: RewardId
    fund: FundId
    first_day: date
    last_day: date

    def subjects(self) -> tuple[str, ...]:
        return (self.reward, self.fund)


class RewardAwarded(Fact):
    """The bureau awarded an amount (核定): from here on it counts against the cap.

    `claimant` is the institution. `shares` sum to `amount_fen` (largest remainder by weight).
    """

    TOPIC: ClassVar[str] = "reward-awarded.v1"
    reward: RewardId
    fund: FundId
    contract: ContractId
    claimant: InstitutionId
    amount_fen: PositiveFen
    shares: tuple[Payout, ...]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.reward, self.fund, self.contract)


class RewardCapped(Fact):
    """What a limit kept back from an award; `limit` names the limit that bound."""

    TOPIC: ClassVar[str] = "reward-capped.v1"
    reward: RewardId
    fund: FundId
    contract: ContractId
    reviewed_fen: PositiveFen
    awarded_fen: FeeFen
    capped_fen: PositiveFen
    limit: Literal["fund", "institution", "contract", "person", "recipients", "manual"]
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.reward, self.fund, self.contract)


class RewardAppropriated(Fact):
    """The bureau paid the award to the institution (拨付)."""

    TOPIC: ClassVar[str] = "reward-appropriated.v1"
    reward: RewardId
    fund: FundId
    amount_fen: PositiveFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.reward, self.fund)


class RewardDisbursed(Fact):
    """The institution paid the team (发放), income tax withheld."""

    TOPIC: ClassVar[str] = "reward-disbursed.v1"
    reward: RewardId
    fund: FundId
    contract: ContractId
    payouts: tuple[Payout, ...]
    amount_fen: PositiveFen
    tax_fen: FeeFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return each_once(self.reward, self.fund, *(payout.person for payout in self.payouts))


class RewardUnspentReturned(Fact):
    """The institution gave appropriated money back that it did not pay out."""

    TOPIC: ClassVar[str] = "reward-unspent-returned.v1"
    reward: RewardId
    fund: FundId
    amount_fen: PositiveFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.reward, self.fund)


class RewardClawedBack(Fact):
    """The bureau took back an award, or part of it (追回).

    `from_award_fen` was not yet appropriated and simply falls away; `from_payment_fen` is money
    that the institution has to give back.
    """

    TOPIC: ClassVar[str] = "reward-clawed-back.v1"
    reward: RewardId
    fund: FundId
    contract: ContractId
    amount_fen: PositiveFen
    from_award_fen: FeeFen
    from_payment_fen: FeeFen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.reward, self.fund, self.contract)


class FundClosed(Fact):
    """The bureau closed the fund; the sums at that moment are stated."""

    TOPIC: ClassVar[str] = "fund-closed.v1"
    fund: FundId
    awarded_fen: Fen
    appropriated_fen: Fen
    disbursed_fen: Fen
    unspent_returned_fen: Fen
    clawed_back_fen: Fen
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.fund,)
