"""A second made-up fund of the same rules, still open at the end: what is left to do by hand."""

from typing import Any

from api.demo.story.bank_files import Entry, Passbook
from api.demo.story.claims import (
    Calendar,
    Claim,
    Paid,
    Part,
    awarded,
    booked,
    examined,
    paid_out,
)
from api.demo.story.contracts import Deal, signed
from api.demo.story.firms import FIRMS
from api.demo.story.rights import patent
from api.demo.story.steps import Do, Line, Step, day, moment, on, yuan
from ledger.policies.reward_fund_2022 import REWARD_FUND_2022

FUND = "fund:reward-2024-example"

_M = 1_000_000

_WINDOW = {"first": "2024-01-01", "last": "2025-12-31"}


def _terms() -> dict[str, Any]:
    """The rules of 2022 with windows of two years."""
    shipped = REWARD_FUND_2022.data["terms"]
    if not isinstance(shipped, dict):
        raise TypeError("the policy of the reward fund holds no terms")
    return {**shipped, "appropriation_window": _WINDOW, "receipt_window": _WINDOW}


_OPENED = Do(
    on("2024-01-22", 9),
    "bureau/approver",
    "fund.open",
    {
        "fund": FUND,
        "title_zh": "(虚构示例)高校院所知识产权运营奖励资金(2024—2025年)",
        "title_en": "(made-up example) Reward fund for IP operation, 2024 and 2025",
        "terms": _terms(),
    },
)

_SIZES: tuple[Step, ...] = tuple(
    Do(
        on("2024-01-16"),
        "bureau/clerk",
        "counterparty.verify-size",
        {
            "counterparty": FIRMS[key].id,
            "industry": FIRMS[key].industry,
            "employees": FIRMS[key].employees,
            "revenue_fen": yuan(FIRMS[key].revenue_yuan),
            "year": 2023,
            "basis": "financial-statements",
        },
    )
    for key in ("chip", "robot")
)

WAITING_DEAL = Deal(
    "jia-7",
    "jia",
    "license",
    FIRMS["chip"].id,
    day("2024-03-01"),
    (patent("jia", 11), patent("jia", 12)),
    (
        (day("2024-04-30"), yuan(12 * _M)),
        (day("2024-12-20"), yuan(6 * _M)),
        (day("2025-06-30"), yuan(6 * _M)),
        (day("2025-12-31"), yuan(6 * _M)),
    ),
)
_PAID_DEAL = Deal(
    "yi-7",
    "yi",
    "assignment",
    FIRMS["robot"].id,
    day("2024-02-20"),
    (patent("yi", 8),),
    ((day("2024-05-31"), yuan(8 * _M)),),
)

_CHIP = Line("jia", day("2024-04-29"), yuan(12 * _M))
_ROBOT = Line("yi", day("2024-05-30"), yuan(8 * _M))
_JIA_BOOK = Passbook.opened("jia", yuan(45 * _M))
_YI_BOOK = Passbook.opened("yi", yuan(25 * _M))


def _fee(line: Line, firm: str, text: str) -> Entry:
    return Entry(line.value_date, line.amount_fen, FIRMS[firm].name, text)


_CASH: tuple[Step, ...] = (
    _JIA_BOOK.import_of(
        on("2024-05-08", 9),
        (
            Entry(day("2024-04-25"), yuan(9_600), "某学生", "学费(虚构)"),
            _fee(_CHIP, "chip", "许可费 示例-jia-7 第1期"),
        ),
    ),
    *booked(
        on("2024-05-08"),
        (Paid(_CHIP, FIRMS["chip"].id, (Part(WAITING_DEAL, 1, _CHIP.amount_fen),)),),
    ),
    _YI_BOOK.import_of(
        on("2024-06-05", 9),
        (
            _fee(_ROBOT, "robot", "转让款 示例-yi-7"),
            Entry(day("2024-05-31"), -yuan(730), "示例邮政", "邮寄费(虚构)"),
        ),
    ),
    *booked(
        on("2024-06-05"),
        (Paid(_ROBOT, FIRMS["robot"].id, (Part(_PAID_DEAL, 1, _ROBOT.amount_fen),)),),
    ),
)

_AWARDED = Claim(
    "yi-7", FUND, _PAID_DEAL, ((_ROBOT, 1),), (("吴示例", 1), ("郑示例", 1)), yuan(8_000)
)
WAITING = Claim(
    "jia-7",
    FUND,
    WAITING_DEAL,
    ((_CHIP, 1),),
    (("赵示例", 2), ("李示例", 1)),
    yuan(12_000),
)
"""Its notice is over when the story ends: the bureau can award it at once."""

_SUMMER = Calendar(
    claimed=day("2024-06-12"),
    accepted=day("2024-06-17"),
    judged=day("2024-06-24"),
    reviewed=day("2024-07-01"),
    notice=day("2024-07-08"),
    notice_ends=day("2024-07-29"),
)
_AUTUMN = Calendar(
    claimed=day("2024-11-04"),
    accepted=day("2024-11-06"),
    judged=day("2024-11-11"),
    reviewed=day("2024-11-18"),
    notice=day("2024-11-20"),
    notice_ends=day("2024-12-11"),
)

FUND_OPEN: tuple[Step, ...] = (
    _OPENED,
    *_SIZES,
    signed(WAITING_DEAL),
    signed(_PAID_DEAL),
    Do(
        moment(day("2024-04-22")),
        "yi/centre",
        "assignment.register",
        {"assignment": _PAID_DEAL.id, "on": "2024-04-18"},
    ),
    *_CASH,
    *examined([_AWARDED], _SUMMER),
    awarded([_AWARDED], day("2024-08-05")),
    *paid_out([_AWARDED], day("2024-08-15"), day("2024-08-28")),
    *examined([WAITING], _AUTUMN),
)

DEMO_STATEMENT: bytes = _JIA_BOOK.file(
    (
        Entry(day("2024-12-18"), yuan(3_200), "某学生", "住宿费(虚构)"),
        Entry(day("2024-12-20"), yuan(6 * _M), FIRMS["chip"].name, "许可费 示例-jia-7 第2期"),
        Entry(day("2024-12-24"), -yuan(860), "示例物业有限公司", "水费(虚构)"),
        Entry(
            day("2024-12-27"), yuan(2_500_000), FIRMS["chip"].name, "许可费 示例-jia-7 第3期之一"
        ),
    )
)
"""`demo-statement.csv`: a bank file that nobody has imported yet, with two payments under jia-7."""
