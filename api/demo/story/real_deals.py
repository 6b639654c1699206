"""Deals that really happened, as public reports told them; what reports leave out is made up."""

from api.demo.story.bank_files import Entry, Passbook
from api.demo.story.contracts import Deal, instalments, terms
from api.demo.story.steps import (
    ClaimLine,
    Do,
    Line,
    Step,
    day,
    made_up_code,
    made_up_patent,
    named,
    on,
    yuan,
)

_AUCTION = (
    {"kind": "public-report", "source": "lw881.com/qikan/542812"},
    {"kind": "public-report", "source": "iqipower.com, 2018-07-20"},
    {
        "kind": "synthetic",
        "source": "合同编号、专利号、信用代码、付款日为虚构 "
        "(contract and patent numbers, credit code and day of payment are made up)",
    },
)
_GREEN = (
    {"kind": "public-report", "source": "上观新闻, 2024-12-19"},
    {
        "kind": "synthetic",
        "source": "合同编号、专利号、信用代码、日期为虚构 "
        "(contract and patent numbers, credit code and days are made up)",
    },
)

_WIRELESS = tuple(made_up_patent(2014 + n % 3, 4_000 + n) for n in range(1, 9))
_KAPOLIN = f"counterparty:{made_up_code('91', 'DEM20001')}"
_NEW_ENERGY = f"counterparty:{made_up_code('91', 'DEM20002')}"
_CONTRIBUTED = tuple(made_up_patent(2019 + n % 3, 5_000 + n) for n in range(1, 11))
_BOUGHT = tuple(made_up_patent(2020 + n % 3, 5_100 + n) for n in range(1, 64))

_LICENSE = Deal(
    "tongji-2018",
    "tongji",
    "license",
    _KAPOLIN,
    day("2018-07-17"),
    _WIRELESS,
    ((day("2018-08-17"), yuan(3_000_000)),),
    "exclusive",
)
_PURCHASE = Deal(
    "sjtu-2024",
    "sjtu",
    "assignment",
    _NEW_ENERGY,
    day("2024-06-20"),
    _BOUGHT,
    ((day("2024-09-30"), yuan(25_000_000)),),
)


def _patents(house: str, ids: tuple[str, ...], title: str, when: str) -> tuple[Do, ...]:
    """Filed and granted; numbers, titles and dates are made up."""
    steps = []
    for number, subject in enumerate(ids, 1):
        year = int(subject.removeprefix("patent:")[:4])
        filed = {"patent": subject, "title": f"{title}(虚构{number})", "filed": f"{year}-03-15"}
        granted = {"patent": subject, "on": f"{year + 2}-04-20"}
        steps.append(Do(on(when, 10), f"{house}/centre", "patent.file", filed))
        steps.append(Do(on(when, 11), f"{house}/centre", "patent.grant", granted))
    return tuple(steps)


def _paid(deal: Deal, name: str, when: str, imported: str) -> tuple[Step, ...]:
    """One made-up bank line that pays the whole price, claimed and allocated."""
    house = deal.house
    line = Line(house, day(when), deal.price_fen)
    entry = Entry(line.value_date, line.amount_fen, name, f"合同款 示例-{deal.key}")
    noise = Entry(line.value_date, yuan(-1_200), "示例印务有限公司", "印刷费(虚构)")
    part = {
        "contract": deal.id,
        "instalment": 1,
        "purpose": deal.purpose,
        "amount_fen": deal.price_fen,
    }
    return (
        Passbook.opened(house, yuan(2_000_000)).import_of(on(imported), (entry, noise)),
        ClaimLine(on(imported, 11), f"{house}/finance", line, deal.firm),
        Do(
            on(imported, 12),
            f"{house}/finance",
            "receipt.allocate",
            {"receipt": line, "parts": [part]},
        ),
    )


_TONGJI: tuple[Step, ...] = (
    *_patents("tongji", _WIRELESS, "超材料无线电能传输", "2018-07-09"),
    Do(
        on("2018-07-17", 9),
        "tongji/centre",
        "counterparty.register",
        {"counterparty": _KAPOLIN, "name": "上海卡珀林智能科技有限公司"},
        _AUCTION,
    ),
    Do(
        on("2018-07-17", 14),
        "tongji/centre",
        "license.grant",
        {
            "license": _LICENSE.id,
            "contract_number": "示例-tongji-2018",
            "counterparty": _KAPOLIN,
            "patents": list(_WIRELESS),
            "signed": "2018-07-17",
            "terms": terms(
                day("2018-07-17"),
                day("2023-07-16"),
                exclusivity="exclusive",
                payment="fixed",
                dues=instalments(_LICENSE),
                fixed_fee_fen=_LICENSE.price_fen,
            ),
            "reason": "上海知识产权交易中心拍卖:8件专利,底价2,500,000元,"
            "3,000,000元成交,独占许可五年",
        },
        _AUCTION,
    ),
    *_paid(_LICENSE, "上海卡珀林智能科技有限公司", "2018-08-15", "2018-09-03"),
)

_SJTU: tuple[Step, ...] = (
    *_patents("sjtu", _CONTRIBUTED, "新能源装备", "2023-11-06"),
    *_patents("sjtu", _BOUGHT, "绿色能源系统", "2024-05-08"),
    Do(
        on("2023-12-01", 9),
        "sjtu/centre",
        "counterparty.register",
        {"counterparty": _NEW_ENERGY, "name": "上海中绿新能源科技有限公司"},
        _GREEN,
    ),
    Do(
        on("2023-12-15", 14),
        "sjtu/centre",
        "equity.contribute",
        {
            "equity": named("equity", "sjtu-2023"),
            "contract_number": "示例-sjtu-2023",
            "counterparty": _NEW_ENERGY,
            "patents": list(_CONTRIBUTED),
            "rights_count": 50,
            "amount_fen": yuan(25_000_000),
            "share": {"numerator": 1, "denominator": 4},
            "on": "2023-12-15",
            "reason": "50项知识产权作价25,000,000元,占股25%;中国绿发现金出资75,000,000元",
        },
        _GREEN,
    ),
    Do(
        on("2024-06-20", 14),
        "sjtu/centre",
        "assignment.agree",
        {
            "assignment": _PURCHASE.id,
            "contract_number": "示例-sjtu-2024",
            "counterparty": _NEW_ENERGY,
            "patents": list(_BOUGHT),
            "signed": "2024-06-20",
            "price_fen": _PURCHASE.price_fen,
            "instalments": instalments(_PURCHASE),
            "reason": "公司另行购买63项知识产权,价款25,000,000元",
        },
        _GREEN,
    ),
    Do(
        on("2024-08-22"),
        "sjtu/centre",
        "assignment.register",
        {"assignment": _PURCHASE.id, "on": "2024-08-20"},
    ),
    *_paid(_PURCHASE, "上海中绿新能源科技有限公司", "2024-09-25", "2024-10-08"),
)

REAL_DEALS: tuple[Step, ...] = (*_TONGJI, *_SJTU)
