"""What was learned late, and what was put right: figures of 2022 that change in 2023."""

from api.demo.story.cash import REFUNDED, REFUNDED_FEN, REFUNDED_ON, REVERSED, REVERSED_ON
from api.demo.story.contracts import instalments
from api.demo.story.dealings import DEALINGS
from api.demo.story.firms import CLIENTS
from api.demo.story.people import inventors
from api.demo.story.steps import Correct, Do, Step, named, on, yuan

_DEALS = {one.key: one.deal for one in DEALINGS}

_MONEY: tuple[Step, ...] = (
    Do(
        on("2023-01-16"),
        "jia/finance-approver",
        "receipt.refund",
        {
            "receipt": REFUNDED.line,
            "number": 1,
            "amount_fen": yuan(20_000),
            "on": REFUNDED_ON.isoformat(),
        },
    ),
    Correct(
        on("2023-05-15"),
        "jia/reviewer",
        "receipt-refunded.v1",
        REFUNDED.line,
        {"amount_fen": REFUNDED_FEN},
        "退款金额录入有误,按回单更正 (the amount refunded was mistyped)",
    ),
    Do(
        on("2023-02-20"),
        "ding/finance-approver",
        "receipt.reverse",
        {"receipt": REVERSED.line, "on": REVERSED_ON.isoformat()},
    ),
)

_GROWN = CLIENTS["yi"][0]
_SIZES: tuple[Step, ...] = (
    # Small by the figures of the year before; the auditor's report of the firm says otherwise.
    Correct(
        on("2023-05-22"),
        "bureau/approver",
        "counterparty-size-verified.v1",
        _GROWN.id,
        {"employees": 5_000, "revenue_fen": yuan(2_000_000_000), "size": "large"},
        "按审计报告更正从业人数与营业收入 (employees and revenue by the audited report)",
    ),
)

_PRICED = _DEALS["jia-2022-2"]
_FIRST, _REST = instalments(_PRICED)
_RAISED = {**_REST, "amount_fen": _REST["amount_fen"] + yuan(10_000)}
_CONTRACTS: tuple[Step, ...] = (
    Correct(
        on("2023-04-17"),
        "jia/reviewer",
        "assignment-agreed.v1",
        _PRICED.id,
        {
            "price_fen": _PRICED.price_fen + yuan(10_000),
            "instalments": [_FIRST, _RAISED],
        },
        "第二期金额漏计税费,按合同更正 (the second instalment lacked its tax)",
    ),
    Correct(
        on("2023-03-13"),
        "ding/reviewer",
        "technology-contract-registered.v1",
        _DEALS["ding-2022-1"].id,
        None,
        "登记编号属于另一合同,作废 (the number belongs to another contract)",
    ),
)

_LEARNED_LATE: tuple[Step, ...] = (
    Do(
        on("2023-02-13"),
        "bing/centre",
        "event.hold",
        {
            "event": named("event", "bing-late"),
            "kind": "exhibition",
            "channel": "on-site",
            "title": "2022年展示会补录(虚构)",
            "firms": 14,
            "on": "2022-11-16",
        },
    ),
    Do(
        on("2023-02-13", 11),
        "bing/centre",
        "disclosure.submit",
        {
            "disclosure": named("disclosure", "bing-late"),
            "title": "光谱标定方法(虚构,补录)",
            "kind": "invention",
            "contributors": [{"person": inventors("bing")[1], "share": None}],
            "submitted": "2022-10-20",
        },
    ),
)

TURNS: tuple[Step, ...] = (*_MONEY, *_SIZES, *_CONTRACTS, *_LEARNED_LATE)
