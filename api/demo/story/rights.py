"""Patents of the made-up institutions, and smaller turns of rights and contracts by the year."""

from datetime import date
from typing import Any

from api.demo.story.bank_files import REGISTERED_ACCOUNTS
from api.demo.story.contracts import Deal, signed, terms
from api.demo.story.firms import ABROAD, FIRMS, KNOWN_FIRMS, SOMEBODY
from api.demo.story.people import HOUSES, actor, granted, person
from api.demo.story.steps import (
    Correct,
    Do,
    Step,
    day,
    made_up_patent,
    moment,
    named,
    on,
    yuan,
)

_FIELDS = ("储能电极", "芯片封装", "蛋白检测", "机器人关节", "光谱成像", "海工涂层", "语音降噪")

_SERIALS = {"jia": 1_000, "yi": 2_000, "bing": 3_000, "ding": 6_000}
STOCK = {"jia": 30, "yi": 25, "bing": 20, "ding": 20}
"""How many patents of 2017 to 2020 each house brings along."""


def patent(house: str, number: int) -> str:
    """The house's patent of that number, from 1; filed in 2017 to 2020."""
    return made_up_patent(2017 + number % 4, _SERIALS[house] + number)


def filed_on(number: int) -> date:
    """The day on which a house's patent of that number was filed."""
    return date(2017 + number % 4, 1 + number % 12, 5 + number % 23)


def _granted_on(number: int) -> date:
    return filed_on(number).replace(year=2019 + number % 4 - (number % 4 == 3))


def _known_from(house: str, happened: date) -> date:
    """Records begin when the house joined; what happened before is recorded then."""
    return max(happened, HOUSES[house].joined, day("2018-06-05"))


def _patents(house: str) -> tuple[Do, ...]:
    steps = []
    for number in range(1, STOCK[house] + 1):
        subject = patent(house, number)
        filed, granted = filed_on(number), _granted_on(number)
        title = f"一种{_FIELDS[number % len(_FIELDS)]}方法(虚构{number})"
        body = {"patent": subject, "title": title, "filed": filed.isoformat()}
        grant = {"patent": subject, "on": granted.isoformat()}
        who = f"{house}/centre"
        steps.append(Do(moment(_known_from(house, filed), 16), who, "patent.file", body))
        steps.append(Do(moment(_known_from(house, granted), 17), who, "patent.grant", grant))
    return tuple(steps)


_OLD_MODEL = made_up_patent(2013, 1_901, "2")
_WITHDRAWN = made_up_patent(2019, 1_902)

_TURNS: tuple[Step, ...] = (
    Do(
        on("2018-07-02"),
        "jia/centre",
        "patent.file",
        {"patent": _OLD_MODEL, "title": "一种示例夹具(虚构)", "filed": "2013-05-20"},
    ),
    Do(
        on("2018-07-02", 11),
        "jia/centre",
        "patent.grant",
        {"patent": _OLD_MODEL, "on": "2013-12-11"},
    ),
    Do(on("2023-05-22"), "jia/centre", "patent.expire", {"patent": _OLD_MODEL, "on": "2023-05-20"}),
    Do(
        on("2019-04-10"),
        "jia/centre",
        "patent.file",
        {"patent": _WITHDRAWN, "title": "一种示例算法(虚构)", "filed": "2019-04-08"},
    ),
    Do(
        on("2020-02-18"),
        "jia/centre",
        "patent.lapse",
        {"patent": _WITHDRAWN, "cause": "abandoned", "on": "2020-02-14"},
    ),
    # Known to the institution only in August: a fact that comes late.
    Do(
        on("2022-08-15"),
        "bing/centre",
        "patent.lapse",
        {"patent": patent("bing", 9), "cause": "unpaid-annuity", "on": "2022-03-01"},
    ),
    Do(
        on("2022-10-12"),
        "bing/centre",
        "patent.restore",
        {"patent": patent("bing", 9), "on": "2022-10-10"},
    ),
    Do(
        on("2023-11-20"),
        "yi/centre",
        "patent.invalidate",
        {"patent": patent("yi", 12), "extent": "partly", "on": "2023-11-16"},
    ),
    Correct(
        on("2021-04-20"),
        "jia/reviewer",
        "patent-granted.v1",
        patent("jia", 3),
        {"on": "2021-04-06", "announcement": "CN109000003B"},
        "授权公告日录入有误,按公告更正 (the date of grant was mistyped)",
    ),
)


def _odd(key: str, house: str, firm: str, when: str, number: int, given: dict[str, Any]) -> Do:
    """A license outside the fund, with terms of its own."""
    contract = {
        "license": named("license", key),
        "contract_number": f"示例-{key}",
        "counterparty": firm,
        "patents": [patent(house, number)],
        "signed": when,
    }
    return Do(on(when, 14), f"{house}/centre", "license.grant", contract | given)


_ORDINARY = terms(day("2023-02-01"), day("2026-01-31"), payment="free")
_PILOT = terms(day("2022-05-12"), day("2024-05-11"), payment="pay-later")
_ZERO_ENTRY = terms(
    day("2022-06-20"),
    None,
    payment="zero-entry-fee",
    royalty_rate={"numerator": 3, "denominator": 100},
    royalty_base="许可产品净销售额",
)
_ENTRY_AND_ROYALTY = terms(
    day("2023-03-15"),
    day("2028-03-14"),
    payment="entry-fee-plus-royalty",
    entry_fee_fen=yuan(300_000),
    royalty_rate={"numerator": 5, "denominator": 200},
    royalty_base="许可产品净销售额",
)
_SUB = terms(day("2022-09-01"), day("2025-08-31"), payment="free")
_LATE_EXCLUSIVE = terms(
    day("2023-06-01"), day("2026-05-31"), exclusivity="exclusive", payment="pay-later"
)
_RESCINDED = Deal(
    "yi-13",
    "yi",
    "assignment",
    FIRMS["smart"].id,
    day("2023-04-06"),
    (patent("yi", 13),),
    ((day("2023-06-30"), yuan(180_000)),),
)

_CONTRACTS: tuple[Step, ...] = (
    _odd(
        "jia-open-pilot",
        "jia",
        FIRMS["sensor"].id,
        "2022-05-12",
        15,
        {"origin": "open-pilot", "terms": _PILOT},
    ),
    _odd("bing-royalty", "bing", SOMEBODY, "2022-06-20", 9, {"terms": _ZERO_ENTRY}),
    Do(
        on("2023-01-16"),
        "bing/centre",
        "instalment.schedule",
        {
            "contract": named("license", "bing-royalty"),
            "due": "2023-02-28",
            "amount_fen": yuan(26_400),
            "purpose": "royalty",
        },
    ),
    _odd("yi-abroad", "yi", ABROAD, "2023-03-15", 10, {"terms": _ENTRY_AND_ROYALTY}),
    Do(
        on("2023-10-09"),
        "yi/centre",
        "license.amend",
        {
            "license": named("license", "yi-abroad"),
            "terms": {**_ENTRY_AND_ROYALTY, "ends": "2030-03-14"},
            "on": "2023-09-28",
        },
    ),
    # An exclusive license against a live ordinary one: recorded as it happened, with its breach.
    _odd("yi-ordinary", "yi", FIRMS["smart"].id, "2023-02-01", 11, {"terms": _ORDINARY}),
    _odd("yi-exclusive", "yi", FIRMS["robot"].id, "2023-06-01", 11, {"terms": _LATE_EXCLUSIVE}),
    Do(
        on("2024-01-08"),
        "yi/centre",
        "license.terminate",
        {"license": named("license", "yi-ordinary"), "cause": "agreed", "on": "2023-12-31"},
    ),
    Do(
        on("2022-09-01", 14),
        "jia/centre",
        "license.grant",
        {
            "license": named("license", "jia-1-sub"),
            "contract_number": "示例-jia-1-sub",
            "counterparty": FIRMS["sensor"].id,
            "patents": [patent("jia", 1)],
            "parent_license": named("license", "jia-1"),
            "signed": "2022-09-01",
            "terms": _SUB,
        },
        ({"kind": "synthetic"}, {"kind": "sub-license-consent", "source": "虚构同意书"}),
    ),
    signed(_RESCINDED),
    Do(
        on("2023-05-10"),
        "yi/centre",
        "assignment.register",
        {"assignment": _RESCINDED.id, "on": "2023-05-08"},
    ),
    Do(
        on("2023-09-04"),
        "yi/centre",
        "assignment.rescind",
        {"assignment": _RESCINDED.id, "on": "2023-08-31"},
    ),
    # Noted for the wrong contract, and voided by a second person.
    Do(
        on("2022-06-06"),
        "jia/centre",
        "license.record",
        {"license": named("license", "jia-5"), "recordal_number": "X2022310000901"},
    ),
    Correct(
        on("2022-06-08"),
        "jia/reviewer",
        "license-recorded.v1",
        named("license", "jia-5"),
        None,
        "备案对应另一合同,作废 (the recordal belongs to another contract)",
    ),
    Do(
        on("2022-06-08", 11),
        "jia/centre",
        "license.record",
        {
            "license": named("license", "jia-4"),
            "recordal_number": "X2022310000901",
            "on": "2022-06-02",
        },
    ),
)

_TRAINEE = "jia/trainee"
_LEAVING: tuple[Step, ...] = (
    Do(
        on("2019-09-02"),
        "administrator",
        "person.register",
        {
            "person": person(_TRAINEE),
            "name": "见习专员(虚构)",
            "institution": HOUSES["jia"].id,
        },
    ),
    Do(
        on("2019-09-02", 11),
        "administrator",
        "actor.register",
        {"actor": actor(_TRAINEE), "person": person(_TRAINEE)},
    ),
    *granted(on("2019-09-02", 12), _TRAINEE, {"role": "centre-staff", "scope": HOUSES["jia"].id}),
    Do(
        on("2020-08-31"),
        "administrator",
        "role.revoke",
        {"holder": actor(_TRAINEE), "role": "centre-staff", "scope": HOUSES["jia"].id},
    ),
    Do(on("2023-09-01"), "administrator", "person.erase", {"person": person(_TRAINEE)}),
)

RIGHTS: tuple[Step, ...] = (
    *REGISTERED_ACCOUNTS,
    *KNOWN_FIRMS,
    *(step for house in STOCK for step in _patents(house)),
    *_TURNS,
    *_CONTRACTS,
    *_LEAVING,
)
