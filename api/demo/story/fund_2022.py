"""A made-up 2022: money, corrections, and a fund whose cap of 3.5 million yuan is met exactly."""

from api.demo.story.claims import (
    Calendar,
    Claim,
    Part,
    allocated,
    awarded,
    booked,
    claimed,
    examined,
    paid_out,
)
from api.demo.story.contracts import signed
from api.demo.story.deals_2022 import BOOKED, DEALS, FEE_FEN, IMPORTS, LINES
from api.demo.story.firms import FIRMS
from api.demo.story.steps import ClaimLine, Do, Line, Step, day, moment, on, yuan

FUND = "fund:reward-2022"

_M = 1_000_000

_OPENED = Do(
    on("2022-07-01", 9),
    "bureau/approver",
    "fund.open",
    {
        "fund": FUND,
        "title_zh": "(虚构示例)高校院所知识产权运营专项奖励资金(2022年)",
        "title_en": "(made-up example) Special reward fund for IP operation, 2022",
    },
)


def _line(key: str, number: int = 1) -> tuple[Line, int]:
    return LINES[key], number


_ONE = (("赵示例", 1),)
_TWO = (("周示例", 60), ("吴示例", 40))
_THREE = (("赵示例", 50), ("钱示例", 30), ("孙示例", 20))

_FIRST: tuple[Claim, ...] = (
    Claim(
        "jia-5",
        FUND,
        DEALS["jia-5"],
        (_line("sensor-1"), _line("sensor-3"), _line("sensor-4")),
        _ONE,
        yuan(1),
    ),
    Claim("jia-6", FUND, DEALS["jia-6"], (_line("sensor-2"),), _ONE, yuan(12, 35)),
    Claim(
        "jia-1",
        FUND,
        DEALS["jia-1"],
        (_line("chip-1"), _line("chip-2"), _line("chip-3")),
        _THREE,
        yuan(619_999, 95),
    ),
    Claim(
        "jia-2",
        FUND,
        DEALS["jia-2"],
        (_line("bio-1"), _line("bio-2"), _line("bio-3")),
        (("李示例", 7), ("钱示例", 3)),
        yuan(480_000),
    ),
    Claim("yi-3", FUND, DEALS["yi-3"], (_line("smart-1"),), _TWO, yuan(300_000)),
    Claim(
        "jia-3",
        FUND,
        DEALS["jia-3"],
        (_line("battery-1"), _line("battery-2")),
        _THREE,
        yuan(350_000),
    ),
    Claim("jia-4", FUND, DEALS["jia-4"], (_line("battery-1", 2),), _THREE, yuan(100_000)),
    Claim(
        "yi-1",
        FUND,
        DEALS["yi-1"],
        (_line("robot-1"), _line("robot-2", 2), _line("robot-2", 3), _line("robot-3")),
        (("周示例", 40), ("吴示例", 30), ("郑示例", 30)),
        yuan(700_000),
    ),
    Claim("yi-2", FUND, DEALS["yi-2"], (_line("holding-1"),), _TWO, yuan(420_000)),
)
_PAIR = (("王示例", 2), ("冯示例", 1))
_LATER: tuple[Claim, ...] = (
    Claim(
        "bing-1",
        FUND,
        DEALS["bing-1"],
        (_line("marine-1"), _line("marine-2")),
        _PAIR,
        yuan(510_000),
    ),
    Claim(
        "bing-2",
        FUND,
        DEALS["bing-2"],
        (_line("photon-1"), _line("photon-3")),
        _PAIR,
        yuan(19_986, 70),
    ),
    Claim("bing-3", FUND, DEALS["bing-3"], (_line("marine-3"),), _PAIR, 0),
)
_TOO_LARGE = Claim("yi-4", FUND, DEALS["yi-4"], (_line("giant-1"),), _TWO, 0)
_EARLY = _FIRST[3]._replace(key="jia-2-early", lines=(_line("bio-1"),))

_CASH: tuple[Step, ...] = (
    *IMPORTS,
    *(step for text, paid in BOOKED.items() for step in booked(on(text, 10), paid)),
    # Paid by the parent firm, for its daughter: a second person says so first.
    ClaimLine(on("2022-05-07", 11), "yi/finance", LINES["holding-1"], FIRMS["holding"].id),
    Do(
        on("2022-05-07", 14),
        "yi/finance-approver",
        "receipt.confirm-payer",
        {"receipt": LINES["holding-1"], "counterparty": FIRMS["material"].id},
    ),
    allocated(
        LINES["holding-1"],
        "yi/finance",
        on("2022-05-07", 15),
        (Part(DEALS["yi-2"], 1, yuan(420 * _M)),),
    ),
    Do(
        on("2022-07-11", 10),
        "yi/finance-approver",
        "receipt.deallocate",
        {"receipt": LINES["robot-2"], "number": 1, "reason": "应核销第2期,误记第3期"},
    ),
    allocated(
        LINES["robot-2"],
        "yi/finance",
        on("2022-07-11", 14),
        (Part(DEALS["yi-1"], 2, yuan(150 * _M)),),
    ),
    Do(
        on("2022-09-07", 11),
        "jia/finance",
        "receipt.record-fee",
        {
            "receipt": LINES["chip-3"],
            "contract": DEALS["jia-1"].id,
            "instalment": 3,
            "fee_fen": FEE_FEN,
        },
    ),
    allocated(
        LINES["chip-4"],
        "jia/finance",
        on("2022-09-07", 14),
        (Part(DEALS["jia-1"], None, yuan(50_000), "deposit"),),
    ),
    Do(
        on("2022-09-07", 15),
        "jia/finance-approver",
        "receipt.refund",
        {"receipt": LINES["bio-4"], "amount_fen": yuan(5_000), "on": "2022-09-05"},
    ),
    Do(
        on("2022-09-13", 10),
        "bing/finance-approver",
        "receipt.reverse",
        {"receipt": LINES["photon-2"], "on": "2022-08-30"},
    ),
    ClaimLine(on("2022-09-13", 11), "bing/finance", LINES["photon-3"], FIRMS["photon"].id),
    allocated(
        LINES["photon-3"],
        "bing/finance",
        on("2022-09-13", 14),
        (Part(DEALS["bing-2"], 2, yuan(180 * _M)),),
    ),
)

_REGISTERED: tuple[Step, ...] = tuple(
    Do(
        moment(day(text)),
        f"{DEALS[key].house}/centre",
        "assignment.register",
        {"assignment": DEALS[key].id, "on": text},
    )
    for key, text in (("jia-3", "2022-04-18"), ("yi-2", "2022-05-16"), ("bing-2", "2022-06-20"))
)

_REFUSED: tuple[Step, ...] = (
    claimed(_TOO_LARGE, day("2022-09-14")),
    Do(on("2022-09-19", 14), "bureau/clerk", "reward.accept", {"reward": _TOO_LARGE.id}),
    Do(
        on("2022-09-22", 14),
        "bureau/clerk",
        "reward.judge",
        {"reward": _TOO_LARGE.id, "eligible": False, "grounds": ["受让方为大型企业"]},
    ),
    # The first claim for jia-2 came before all the money had, and was given back.
    claimed(_EARLY, day("2022-07-12")),
    Do(
        on("2022-07-18"),
        "bureau/clerk",
        "reward.return",
        {"reward": _EARLY.id, "reason": "第2期尚未到款,请到齐后一并申报"},
    ),
)

_AUTUMN = Calendar(
    claimed=day("2022-09-14"),
    accepted=day("2022-09-19"),
    judged=day("2022-09-22"),
    reviewed=day("2022-09-27"),
    notice=day("2022-09-29"),
    notice_ends=day("2022-10-28"),
)
_WINTER = Calendar(
    claimed=day("2022-10-12"),
    accepted=day("2022-10-17"),
    judged=day("2022-10-20"),
    reviewed=day("2022-10-25"),
    notice=day("2022-10-27"),
    notice_ends=day("2022-11-18"),
)
_UNSPENT = _FIRST[6]

_REWARDS: tuple[Step, ...] = (
    *examined(_FIRST, _AUTUMN),
    awarded(_FIRST, day("2022-10-31")),
    *paid_out(
        [claim for claim in _FIRST if claim is not _UNSPENT], day("2022-11-08"), day("2022-11-15")
    ),
    *paid_out([_UNSPENT], day("2022-11-08"), day("2022-11-15"), left_out=1),
    *examined(_LATER, _WINTER),
    # The cap is met by the second of these; the third gets nothing, and that is on record.
    *(awarded([claim], day("2022-11-21")) for claim in _LATER),
    *paid_out(_LATER[:2], day("2022-12-01"), day("2022-12-08")),
    Do(
        on("2022-12-12"),
        "jia/finance-approver",
        "reward.return-unspent",
        {"reward": _UNSPENT.id, "amount_fen": yuan(20_000)},
    ),
    # Money goes back to the payer after the award, so that part of the award goes back too.
    Do(
        on("2022-11-28"),
        "yi/finance-approver",
        "receipt.refund",
        {
            "receipt": LINES["smart-1"],
            "number": 1,
            "amount_fen": yuan(120 * _M),
            "on": "2022-11-25",
        },
    ),
    Do(on("2022-12-05"), "bureau/approver", "reward.claw-back", {"reward": _FIRST[4].id}),
    Do(on("2022-12-30"), "bureau/approver", "fund.close", {"fund": FUND}),
)

FUND_2022: tuple[Step, ...] = (
    *(signed(deal) for deal in DEALS.values()),
    _OPENED,
    *_REGISTERED,
    *_CASH,
    *_REFUSED,
    *_REWARDS,
)
