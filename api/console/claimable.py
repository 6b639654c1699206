"""The money of a contract that a reward can be claimed for, as the rows of a claim's form."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.access import Caller
from api.console.audit_tables import Seen
from api.console.form_shapes import Form
from api.language import language
from ledger.facts import FundOpened
from ledger.looking import Onlooker
from ledger.receipts import Receipt
from ledger.reward_fund_state import Fund
from projections.receipts import ALLOCATIONS
from projections.view import OFFICES

_LINES: Final = "lines"
_ROWS_MAX: Final = 100


async def claimable_lines(request: Request, caller: Caller, given: Form) -> dict[str, list[str]]:
    """Rows for every allocation of the contract that no live claim counts; none where rows were
    said or no contract is chosen yet."""
    contract = next(iter(given.get("contract", ())), "")
    said = any(text.strip() for key in given if key.startswith(f"{_LINES}.") for text in given[key])
    if said or not contract or not caller.scope(OFFICES):
        return {}
    return await run_in_threadpool(_rows, request, caller, contract, given.get("fund", ()))


def _rows(
    request: Request, caller: Caller, contract: str, funds: Sequence[str]
) -> dict[str, list[str]]:
    state = request.app.state
    seen = Seen.now(state.home, caller, language(request), ALLOCATIONS)
    parts = seen.rows(ALLOCATIONS).filter(
        pl.col("contract") == contract,
        pl.col("received_fen") > 0,
        pl.col("purpose").is_in(_rewarded(seen, state.onlooker, funds)),
    )
    receipts = state.onlooker.states(parts["receipt"].unique().to_list())
    found: dict[str, list[str]] = {}
    free = [
        (receipt, number)
        for receipt, number in parts.select("receipt", "number").iter_rows()
        if _is_unclaimed(receipts[receipt], number)
    ]
    for at, (receipt, number) in enumerate(free[:_ROWS_MAX]):
        found |= {f"{_LINES}.{at}.receipt": [receipt], f"{_LINES}.{at}.number": [str(number)]}
    return found


def _rewarded(seen: Seen, onlooker: Onlooker, chosen: Sequence[str]) -> list[str]:
    """The purposes that the fund rewards; while none is chosen, that any fund does."""
    opened = seen.tape.frame(FundOpened).select("fund").collect()["fund"].to_list()
    funds: list[Fund] = list(
        onlooker.states([each for each in opened if each in chosen] or opened).values()
    )
    return sorted({purpose for fund in funds if fund.terms for purpose in fund.terms.purposes})


def _is_unclaimed(receipt: Any, number: int) -> bool:
    part = receipt.allocations.get(number) if isinstance(receipt, Receipt) else None
    return part is not None and part.claimed_in is None
