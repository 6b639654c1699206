"""A city with a bureau, universities, a small firm and a fund: where rewards begin."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson

from ledger import institutions, reward_fund, rewards
from ledger.case import Command, Decision, New
from ledger.facts import (
    AssignmentAgreed,
    CounterpartyRegistered,
    CounterpartySizeVerified,
    Fact,
    InstitutionRegistered,
    LicenseGranted,
    PersonRegistered,
    ReceiptAllocated,
    ReceiptClaimed,
    ReceiptRefunded,
)
from ledger.facts.cash import Holder
from ledger.facts.deals import Purpose, Terms
from ledger.facts.fund import FundTerms, TeamShare
from ledger.facts.opening import InstitutionKind
from ledger.identifiers import IdentifierKind
from ledger.institutions import AdoptPolicy
from ledger.policies.reward_fund_2022 import REWARD_FUND_2022
from ledger.policies.sme_2011 import Size
from ledger.refusals import Refusal, Refused
from ledger.reward_fund import FUND_POLICY, Fund, OpenFund
from ledger.rewards import (
    AcceptReward,
    AppropriateReward,
    AwardRewards,
    ClaimedAllocation,
    ClaimReward,
    ClawBackReward,
    JudgeReward,
    PubliciseReward,
    ReturnReward,
    ReviewReward,
    Reward,
)
from tests.ledger.given import Desk

BUREAU = "institution:9144030071526726XG"
UNIVERSITY = "institution:91330100799655058B"
OTHER_UNIVERSITY = "institution:914403001922038216"
FIRM = "counterparty:91310112MA1GD00041"
FUND = "fund:special-2022"
YUAN = 100
MONDAY, NOTICE_ENDS, AWARD_DAY = date(2022, 9, 5), date(2022, 9, 9), date(2022, 9, 12)
SIGNED, ARRIVED = date(2022, 3, 1), date(2022, 7, 1)


def uuid(number: int) -> str:
    """A fixed id."""
    return str(UUID(int=number))


STAFF, CLERK, REVIEWER, APPROVER, PAYER, FINANCE = (f"actor:{uuid(n)}" for n in range(1, 7))
ANN, BEN, CAI = (f"person:{uuid(n)}" for n in range(11, 14))
TEAM = (TeamShare(person=ANN, weight=1),)
BUREAU_STAGES = ("accepted", "judged", "reviewed", "publicised", "awarded", "appropriated")


def terms(**switches: Any) -> FundTerms:
    """The terms of the 2022 fund with some switches set otherwise."""
    shipped = REWARD_FUND_2022.data["terms"]
    assert isinstance(shipped, dict)
    return FundTerms.model_validate_json(orjson.dumps({**shipped, **switches}))


class City(Desk):
    """A desk on which the world around the fund is told as facts, and rewards go by commands."""

    def __init__(self, **switches: Any) -> None:
        super().__init__(
            *institutions.DECLARATIONS, *reward_fund.DECLARATIONS, *rewards.DECLARATIONS
        )
        self.ids = 1000
        kinds: dict[str, InstitutionKind] = {
            BUREAU: "bureau",
            UNIVERSITY: "university",
            OTHER_UNIVERSITY: "university",
        }
        for code, kind in kinds.items():
            self.told(InstitutionRegistered(
                code=code, kind=kind, name_zh=code, name_en=code, on=SIGNED
            ), code)  # fmt: skip
        for person in (ANN, BEN, CAI):
            self.told(PersonRegistered(person=person, name_commitment="0" * 64, on=SIGNED), BUREAU)
        self.told(CounterpartyRegistered(
            counterparty=FIRM, identifier_kind=IdentifierKind.CREDIT_CODE, code=FIRM[13:],
            code_commitment=None, name="firm", name_commitment=None, body_code_fits=True,
            on=SIGNED,
        ), BUREAU)  # fmt: skip
        self.bureau(AdoptPolicy(policy=FUND_POLICY, version=1), APPROVER)
        self.bureau(OpenFund(fund=FUND, terms=terms(**switches)), APPROVER)

    def fresh(self, kind: str) -> str:
        """A new id."""
        self.ids += 1
        return f"{kind}:{uuid(self.ids)}"

    # the world

    def told(self, fact: Fact, institution: str) -> None:
        """Something that other parts of the ledger recorded."""
        self._record(New(fact, institution=institution), STAFF, institution, datetime(
            2022, 9, 1, tzinfo=UTC
        ))  # fmt: skip

    def sized(self, size: Size, on: date = date(2022, 1, 1), *, controlled: bool = False) -> None:
        """The firm's size was verified."""
        self.told(CounterpartySizeVerified(
            counterparty=FIRM, industry="industry", employees=50, revenue_fen=None,
            assets_fen=None, size=size, year=2021, basis="platform", controlled_by_large=controlled,
            policy="policy:sme-size", policy_version=1, on=on,
        ), BUREAU)  # fmt: skip

    def license(
        self, institution: str = UNIVERSITY, signed: date = SIGNED, *, related: bool = False
    ) -> str:
        """A license contract with the firm."""
        contract = self.fresh("license")
        free = Terms(
            exclusivity="ordinary", territory=(), field=None, starts=signed, ends=None,
            payment="fixed", fixed_fee_fen=1, entry_fee_fen=0, minimum_royalty_fen=0,
            royalty_rate=None, royalty_base=None, instalments=(),
        )  # fmt: skip
        self.told(LicenseGranted(
            license=contract, contract_number=contract, counterparty=FIRM, patents=(),
            origin="negotiated", parent_license=None, reciprocal=None, related_party=related,
            signed=signed, starts=signed, terms=free,
        ), institution)  # fmt: skip
        return contract

    def assignment(self, institution: str = UNIVERSITY) -> str:
        """An assignment contract with the firm."""
        contract = self.fresh("assignment")
        self.told(AssignmentAgreed(
            assignment=contract, contract_number=contract, counterparty=FIRM, patents=(),
            related_party=False, signed=SIGNED, price_fen=1, instalments=(),
        ), institution)  # fmt: skip
        return contract

    def money(
        self,
        contract: str,
        *parts_fen: int,
        institution: str = UNIVERSITY,
        purpose: Purpose = "license-fee",
        holder: Holder = "institution",
        arrived: date = ARRIVED,
    ) -> str:
        """A receipt all of which is allocated to the contract, in parts numbered from 1."""
        receipt = self.fresh("receipt")
        self.told(ReceiptClaimed(
            receipt=receipt, statement=self.fresh("statement"), account=self.fresh("account"),
            line=1, holder=holder, amount_fen=sum(parts_fen), currency="CNY",
            booking_date=arrived, value_date=arrived, payer=FIRM, payer_commitment="0" * 64,
            remittance_commitment="0" * 64,
        ), institution)  # fmt: skip
        for number, part_fen in enumerate(parts_fen, 1):
            self.told(ReceiptAllocated(
                receipt=receipt, number=number, contract=contract, instalment=None,
                purpose=purpose, amount_fen=part_fen, value_date=arrived,
            ), institution)  # fmt: skip
        return receipt

    def refunded(self, receipt: str, amount_fen: int, number: int = 1) -> None:
        """Money of an allocation went back to the payer."""
        part = self.state(receipt).allocations[number]
        self.told(ReceiptRefunded(
            receipt=receipt, number=number, contract=part.contract, instalment=None,
            purpose=part.purpose, amount_fen=amount_fen, on=MONDAY,
        ), self.state(receipt).institution)  # fmt: skip

    # commands

    def bureau(self, command: Command, actor: str, today: date = MONDAY) -> Decision:
        """A command of the bureau."""
        return self.do(command, actor=actor, institution=BUREAU, today=today)

    def denied(
        self,
        code: Refused,
        command: Command,
        actor: str,
        today: date = MONDAY,
        institution: str = BUREAU,
    ) -> Refusal:
        """A command that is refused with this code."""
        return self.refuses(code, command, actor=actor, institution=institution, today=today)

    def claiming(
        self,
        contract: str,
        *receipts: str,
        team: tuple[TeamShare, ...] = TEAM,
        vat_fen: int = 0,
        **more: Any,
    ) -> ClaimReward:
        """A claim of the first allocation of each receipt."""
        lines = tuple(
            ClaimedAllocation(receipt=receipt, number=1, vat_fen=vat_fen) for receipt in receipts
        )
        return ClaimReward(
            reward=self.fresh("reward"), fund=FUND, contract=contract, lines=lines, team=team,
            **more,
        )  # fmt: skip

    def claim(self, contract: str, *receipts: str, **more: Any) -> str:
        """A claim that is made."""
        command = self.claiming(contract, *receipts, **more)
        institution = self.state(receipts[0]).institution
        self.do(command, actor=STAFF, institution=institution, today=MONDAY)
        return command.reward

    def step(self, reward: str, stage: str) -> Decision:
        """One stage taken by the right person on a good day."""
        match stage:
            case "accepted":
                return self.bureau(AcceptReward(reward=reward), CLERK)
            case "judged":
                return self.bureau(JudgeReward(reward=reward, eligible=True), CLERK)
            case "reviewed":
                return self.bureau(ReviewReward(reward=reward), REVIEWER)
            case "publicised":
                notice = PubliciseReward(reward=reward, first_day=MONDAY, last_day=NOTICE_ENDS)
                return self.bureau(notice, APPROVER)
            case "awarded":
                return self.award(reward)
            case _:
                return self.bureau(AppropriateReward(reward=reward), PAYER, AWARD_DAY)

    def brought(self, reward: str, last: str) -> str:
        """A claim that is taken through the stages up to this one."""
        for stage in BUREAU_STAGES[: BUREAU_STAGES.index(last) + 1]:
            self.step(reward, stage)
        return reward

    def award(self, *claims: str, amounts_fen: tuple[int, ...] | None = None) -> Decision:
        """Claims awarded together."""
        command = AwardRewards(claims=claims, amounts_fen=amounts_fen)
        return self.bureau(command, APPROVER, AWARD_DAY)

    def give_back(self, reward: str) -> Decision:
        """A claim returned."""
        return self.bureau(ReturnReward(reward=reward, reason="退回"), CLERK)

    def claw_back(
        self, reward: str, amount_fen: int | None = None, reason: str | None = None
    ) -> Decision:
        """An award taken back."""
        command = ClawBackReward(reward=reward, amount_fen=amount_fen, reason=reason)
        return self.bureau(command, APPROVER, AWARD_DAY)

    def received(self, fen: int, last: str, institution: str = UNIVERSITY, **more: Any) -> str:
        """A claim on a contract of its own that received so much, taken to a stage."""
        contract = self.license(institution)
        receipt = self.money(contract, fen, institution=institution)
        return self.brought(self.claim(contract, receipt, **more), last)

    # readings

    def fund(self) -> Fund:
        """The fund as it stands."""
        state = self.state(FUND)
        assert isinstance(state, Fund)
        return state

    def reward(self, reward: str) -> Reward:
        """A claim as it stands."""
        state = self.state(reward)
        assert isinstance(state, Reward)
        return state


def city(**switches: Any) -> City:
    """A city whose firm is verified as small."""
    result = City(**switches)
    result.sized(Size.SMALL)
    return result
