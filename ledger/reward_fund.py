"""Opening a reward fund under terms the bureau decides once, and closing it."""

from datetime import date
from typing import Annotated, ClassVar

import orjson
from pydantic import Field

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New, Ref
from ledger.declaration import Declaration
from ledger.facts import FundClosed, FundOpened
from ledger.facts.fund import FundTerms, Window
from ledger.institutions import bureau_of, need_adopted
from ledger.policies import policy
from ledger.policies.reward_fund_2022 import REWARD_FUND_2022
from ledger.refusals import Refusal, Refused
from ledger.reward_fund_state import Fund, FundClaim, evolve, open_terms
from ledger.subjects import FundId, PolicyId, Text

__all__ = [
    "BUREAU_APPROVERS",
    "DECLARATIONS",
    "FUND_POLICY",
    "CloseFund",
    "Fund",
    "FundClaim",
    "OpenFund",
    "close_fund",
    "evolve",
    "open_fund",
]

FUND_POLICY = f"policy:{REWARD_FUND_2022.id}"
BUREAU_APPROVERS = frozenset({Role.BUREAU_APPROVER})

# --- Commands


class OpenFund(Command):
    """Open a fund; without terms of its own it gets those of the adopted policy."""

    NAME: ClassVar[str] = "fund.open"
    ZH: ClassVar[str] = "设立专项奖励资金"
    EN: ClassVar[str] = "Open a reward fund"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_APPROVERS
    fund: FundId
    title_zh: Text = REWARD_FUND_2022.title_zh
    title_en: Text = REWARD_FUND_2022.title_en
    legal_reference: Text = REWARD_FUND_2022.source
    policy: PolicyId = FUND_POLICY
    policy_version: Annotated[int, Field(ge=1)] = REWARD_FUND_2022.version
    terms: FundTerms | None = None
    on: date | None = None


class CloseFund(Command):
    """Close a fund whose claims are all ended or paid."""

    NAME: ClassVar[str] = "fund.close"
    ZH: ClassVar[str] = "关闭专项奖励资金"
    EN: ClassVar[str] = "Close a reward fund"
    ROLES: ClassVar[frozenset[Role] | None] = BUREAU_APPROVERS
    fund: FundId
    on: date | None = None


# --- decide


def open_fund(command: OpenFund, case: Case) -> Decision:
    """Open a fund under an adopted policy. Refuses an id in use and a window that ends too soon."""
    if case.read(Fund, command.fund).known:
        raise Refusal(Refused.SUBJECT_EXISTS_ALREADY, subject=command.fund)
    need_adopted(case, command.policy, command.policy_version)
    terms = command.terms or _policy_terms(command.policy, command.policy_version)
    for window in (terms.appropriation_window, terms.receipt_window, terms.contract_window):
        _need_order(window)
    fact = FundOpened(
        fund=command.fund,
        title_zh=command.title_zh,
        title_en=command.title_en,
        legal_reference=command.legal_reference,
        policy=command.policy,
        policy_version=command.policy_version,
        terms=terms,
        on=command.on or case.today,
    )
    return Decision((New(fact, institution=bureau_of(case)),))


def _policy_terms(policy_id: str, version: int) -> FundTerms:
    shipped = policy(policy_id.removeprefix("policy:"), version)
    if shipped is None or "terms" not in shipped.data:
        raise Refusal(Refused.POLICY_IS_UNKNOWN, policy=policy_id, version=version)
    return FundTerms.model_validate_json(orjson.dumps(shipped.data["terms"]))


def _need_order(window: Window) -> None:
    if window.first is not None and window.last is not None and window.last < window.first:
        raise Refusal(
            Refused.END_MUST_NOT_PRECEDE_START,
            starts=window.first.isoformat(),
            ends=window.last.isoformat(),
        )


def close_fund(command: CloseFund, case: Case) -> Decision:
    """Close a fund and state its sums. Refuses while a claim waits for a decision or for money.

    Ended are returned, refused and wholly capped claims, those reviewed to nothing, and awards
    that were appropriated or fell away; disbursement, unspent returns and claw-backs may follow.
    """
    fund, _ = open_terms(case, command.fund)
    if fund.closed:
        raise Refusal(Refused.FUND_IS_CLOSED, fund=command.fund)
    if fund.unsettled:
        raise Refusal(
            Refused.FUND_HAS_UNSETTLED_CLAIMS,
            fund=command.fund,
            count=len(fund.unsettled),
            claims=list(fund.unsettled[:20]),
        )
    fact = FundClosed(
        fund=command.fund,
        awarded_fen=fund.awarded_fen,
        appropriated_fen=fund.appropriated_fen,
        disbursed_fen=fund.disbursed_fen,
        unspent_returned_fen=fund.unspent_returned_fen,
        clawed_back_fen=fund.clawed_back_fen,
        on=command.on or case.today,
    )
    rests_on = (Ref(command.fund, fund.opened),)
    return Decision((New(fact, rests_on=rests_on, institution=bureau_of(case)),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(OpenFund, open_fund, (FundOpened,)),
    Declaration(CloseFund, close_fund, (FundClosed,)),
)
