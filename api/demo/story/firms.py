"""The other sides of the made-up deals: firms with the figures that their sizes follow from."""

from typing import NamedTuple

from api.demo.story.steps import Do, made_up_code, named, on, yuan


class Firm(NamedTuple):
    """A made-up firm with the figures that its size follows from."""

    id: str
    name: str
    industry: str
    employees: int
    revenue_yuan: int
    size: str
    registrar: str


def _firm(
    serial: int, name: str, industry: str, measured: tuple[int, int, str], registrar: str
) -> Firm:
    code = made_up_code("91", f"DEM1{serial:04d}")
    return Firm(f"counterparty:{code}", name, industry, *measured, registrar)


_SOFTWARE = "software-and-information-technology-services"
_MILLION = 1_000_000

FIRMS: dict[str, Firm] = {
    "chip": _firm(
        1, "示例芯片技术(上海)有限公司", "industry", (150, 50 * _MILLION, "small"), "jia"
    ),
    "bio": _firm(
        2, "示例生物医药(上海)有限公司", "industry", (500, 120 * _MILLION, "medium"), "jia"
    ),
    "battery": _firm(
        3, "示例储能技术(上海)有限公司", "industry", (12, 2 * _MILLION, "micro"), "jia"
    ),
    "sensor": _firm(4, "示例传感软件(上海)有限公司", _SOFTWARE, (6, 300_000, "micro"), "jia"),
    "robot": _firm(5, "示例机器人(上海)有限公司", "industry", (180, 60 * _MILLION, "small"), "yi"),
    "material": _firm(
        6, "示例新材料(上海)有限公司", "industry", (620, 260 * _MILLION, "medium"), "yi"
    ),
    "smart": _firm(7, "示例智造科技(上海)有限公司", "industry", (90, 30 * _MILLION, "small"), "yi"),
    "giant": _firm(8, "示例重工集团有限公司", "industry", (5_000, 2_000 * _MILLION, "large"), "yi"),
    "marine": _firm(
        9, "示例海洋装备(上海)有限公司", "industry", (200, 80 * _MILLION, "small"), "bing"
    ),
    "photon": _firm(10, "示例光电科技(上海)有限公司", "industry", (15, 2_500_000, "micro"), "bing"),
    "holding": _firm(
        11, "示例新材料控股有限公司", "industry", (700, 300 * _MILLION, "medium"), "yi"
    ),
}

_TRADES = {
    "jia": ("激光装备", "医疗影像", "精密仪器", "氢能动力"),
    "yi": ("环保工程", "智慧农业", "航空材料", "轨道交通"),
    "bing": ("智能电网", "食品科技", "数字文化", "绿色纺织"),
    "ding": ("工业软件", "量子通信", "水处理", "合成生物"),
}
_MEASURES = (
    (150, 50 * _MILLION, "small"),
    (12, 2 * _MILLION, "micro"),
    (500, 120 * _MILLION, "medium"),
    (5_000, 2_000 * _MILLION, "large"),
)

CLIENTS: dict[str, tuple[Firm, ...]] = {
    house: tuple(
        _firm(100 * place + n, f"示例{trade}(上海)有限公司", "industry", _MEASURES[n], house)
        for n, trade in enumerate(trades)
    )
    for place, (house, trades) in enumerate(_TRADES.items(), 1)
}
"""Four firms that each house deals with year after year: small, micro, medium and large."""

ABROAD = named("counterparty", "abroad")
SOMEBODY = named("counterparty", "somebody")


def _known(firm: Firm) -> tuple[Do, ...]:
    """Registered, its size declared by a letter and verified by the bureau from figures."""
    size = {"counterparty": firm.id, "industry": firm.industry, "year": 2021}
    figures = {"employees": firm.employees, "revenue_fen": yuan(firm.revenue_yuan)}
    return (
        Do(
            on("2021-12-06", 14),
            f"{firm.registrar}/centre",
            "counterparty.register",
            {"counterparty": firm.id, "name": firm.name},
        ),
        Do(
            on("2022-01-05", 10),
            f"{firm.registrar}/centre",
            "counterparty.declare-size",
            {**size, "size": firm.size},
        ),
        Do(
            on("2022-01-12", 10),
            "bureau/clerk",
            "counterparty.verify-size",
            {**size, **figures, "basis": "financial-statements"},
        ),
    )


KNOWN_FIRMS: tuple[Do, ...] = (
    *(step for firm in FIRMS.values() for step in _known(firm)),
    *(step for firms in CLIENTS.values() for firm in firms for step in _known(firm)),
    Do(
        on("2021-12-06", 15),
        "yi/centre",
        "counterparty.register",
        {
            "counterparty": ABROAD,
            "identifier_kind": "foreign-register",
            "code": "DE-HRB000000",
            "name": "Beispiel Technik GmbH (made up)",
        },
    ),
    Do(
        on("2021-12-06", 16),
        "bing/centre",
        "counterparty.register-individual",
        {"counterparty": SOMEBODY, "name": "某个人(虚构)", "code": "虚构证件号 000000"},
    ),
)
