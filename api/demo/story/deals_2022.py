"""Made-up contracts of 2022 for three made-up institutions, and the bank lines that pay them."""

from api.demo.story.bank_files import Entry, Passbook
from api.demo.story.claims import Paid, Part
from api.demo.story.contracts import Deal
from api.demo.story.firms import FIRMS
from api.demo.story.rights import patent
from api.demo.story.steps import Line, Step, day, on, yuan

_M = 1_000_000
_THIRD = yuan(333, 33)


def _deal(
    key: str,
    kind: str,
    firm: str,
    signed: str,
    patents: tuple[int, ...],
    dues: tuple[tuple[str, int], ...],
    exclusivity: str = "ordinary",
) -> Deal:
    house = key.partition("-")[0]
    return Deal(
        key,
        house,
        kind,
        FIRMS[firm].id,
        day(signed),
        tuple(patent(house, number) for number in patents),
        tuple((day(due), amount_fen) for due, amount_fen in dues),
        exclusivity,
    )


DEALS: dict[str, Deal] = {
    deal.key: deal
    for deal in (
        _deal(
            "jia-1",
            "license",
            "chip",
            "2022-01-18",
            (1, 2),
            (
                ("2022-02-28", yuan(200 * _M)),
                ("2022-05-31", yuan(200 * _M)),
                ("2022-08-31", yuan(220 * _M)),
            ),
            "exclusive",
        ),
        _deal(
            "jia-2",
            "license",
            "bio",
            "2022-02-10",
            (3, 4),
            (("2022-03-31", yuan(240 * _M)), ("2022-07-31", yuan(240 * _M))),
            "sole",
        ),
        _deal(
            "jia-3",
            "assignment",
            "battery",
            "2022-02-22",
            (5, 6, 7),
            (("2022-03-31", yuan(150 * _M)), ("2022-06-30", yuan(200 * _M))),
        ),
        _deal("jia-4", "license", "battery", "2022-03-08", (8,), (("2022-04-30", yuan(100 * _M)),)),
        _deal(
            "jia-5",
            "license",
            "sensor",
            "2022-03-15",
            (9,),
            (("2022-04-10", _THIRD), ("2022-05-10", _THIRD), ("2022-06-10", _THIRD)),
        ),
        _deal(
            "jia-6", "license", "sensor", "2022-04-11", (10,), (("2022-04-30", yuan(12_345, 67)),)
        ),
        _deal(
            "yi-1",
            "license",
            "robot",
            "2022-01-25",
            (1, 2, 3),
            (
                ("2022-03-31", yuan(300 * _M)),
                ("2022-06-30", yuan(250 * _M)),
                ("2022-08-31", yuan(150 * _M)),
            ),
            "exclusive",
        ),
        _deal(
            "yi-2",
            "assignment",
            "material",
            "2022-02-15",
            (4, 5),
            (("2022-04-30", yuan(420 * _M)),),
        ),
        _deal("yi-3", "license", "smart", "2022-03-01", (6,), (("2022-05-31", yuan(300 * _M)),)),
        _deal("yi-4", "license", "giant", "2022-03-21", (7,), (("2022-06-30", yuan(90 * _M)),)),
        _deal(
            "bing-1",
            "license",
            "marine",
            "2022-02-08",
            (1, 2),
            (("2022-04-30", yuan(255 * _M)), ("2022-08-31", yuan(255 * _M))),
            "exclusive",
        ),
        _deal(
            "bing-2",
            "assignment",
            "photon",
            "2022-03-10",
            (3, 4),
            (("2022-05-31", yuan(200 * _M)), ("2022-08-31", yuan(180 * _M))),
        ),
        _deal("bing-3", "license", "marine", "2022-06-15", (5,), (("2022-08-31", yuan(60 * _M)),)),
    )
}

FEE_FEN = yuan(50)
"""What the bank kept of the last payment under jia-1."""


def _entry(firm: str, when: str, amount_fen: int, text: str) -> tuple[Line, Entry]:
    """A bank line of a firm; the house is the firm's registrar, who deals with it here."""
    line = Line(FIRMS[firm].registrar, day(when), amount_fen)
    return line, Entry(line.value_date, amount_fen, FIRMS[firm].name, text)


def _noise(when: str, amount_fen: int, other: str, text: str) -> Entry:
    return Entry(day(when), amount_fen, other, f"{text}(虚构)")


_JIA = {
    "chip-1": _entry("chip", "2022-02-25", yuan(200 * _M), "许可费 示例-jia-1 第1期"),
    "bio-1": _entry("bio", "2022-03-30", yuan(240 * _M), "许可费 示例-jia-2 第1期"),
    "battery-1": _entry("battery", "2022-03-31", yuan(250 * _M), "转让款150M及许可费100M"),
    "sensor-1": _entry("sensor", "2022-04-08", _THIRD, "许可费 示例-jia-5"),
    "sensor-2": _entry("sensor", "2022-04-20", yuan(12_345, 67), "许可费 示例-jia-6"),
    "sensor-3": _entry("sensor", "2022-05-09", _THIRD, "许可费 示例-jia-5"),
    "chip-2": _entry("chip", "2022-05-30", yuan(200 * _M), "许可费 示例-jia-1 第2期"),
    "sensor-4": _entry("sensor", "2022-06-09", _THIRD, "许可费 示例-jia-5"),
    "battery-2": _entry("battery", "2022-06-29", yuan(200 * _M), "转让款 示例-jia-3 第2期"),
    "bio-2": _entry("bio", "2022-07-20", yuan(100 * _M), "许可费 示例-jia-2 第2期之一"),
    "bio-3": _entry("bio", "2022-07-29", yuan(140 * _M), "许可费 示例-jia-2 第2期之二"),
    "chip-3": _entry("chip", "2022-08-30", yuan(220 * _M) - FEE_FEN, "许可费 示例-jia-1 第3期"),
    "chip-4": _entry("chip", "2022-09-01", yuan(80_000), "履约保证金"),
    "bio-4": _entry("bio", "2022-09-02", yuan(5_000), "误付"),
}
_YI = {
    "robot-1": _entry("robot", "2022-03-29", yuan(300 * _M), "许可费 示例-yi-1 第1期"),
    "holding-1": _entry("holding", "2022-04-28", yuan(420 * _M), "代示例新材料付转让款"),
    "smart-1": _entry("smart", "2022-05-30", yuan(300 * _M), "许可费 示例-yi-3"),
    "giant-1": _entry("giant", "2022-06-15", yuan(90 * _M), "许可费 示例-yi-4"),
    "robot-2": _entry("robot", "2022-06-28", yuan(250 * _M), "许可费 示例-yi-1"),
    "robot-3": _entry("robot", "2022-08-30", yuan(150 * _M), "许可费 示例-yi-1 第3期"),
}
_BING = {
    "marine-1": _entry("marine", "2022-04-29", yuan(255 * _M), "许可费 示例-bing-1 第1期"),
    "photon-1": _entry("photon", "2022-05-30", yuan(200 * _M), "转让款 示例-bing-2 第1期"),
    "photon-2": _entry("photon", "2022-08-29", yuan(180 * _M), "转让款 示例-bing-2 第2期"),
    "marine-2": _entry("marine", "2022-08-30", yuan(255 * _M), "许可费 示例-bing-1 第2期"),
    "marine-3": _entry("marine", "2022-08-31", yuan(60 * _M), "许可费 示例-bing-3"),
    "photon-3": _entry("photon", "2022-09-06", yuan(180 * _M), "转让款 示例-bing-2 第2期 重付"),
}
LINES: dict[str, Line] = {key: line for key, (line, _) in (_JIA | _YI | _BING).items()}


def _entries(
    book: dict[str, tuple[Line, Entry]], first: str, last: str, *noise: Entry
) -> tuple[Entry, ...]:
    """The lines of a span of days with those that are nobody's license fee, in order of day."""
    cut = [entry for _, entry in book.values() if day(first) <= entry.day <= day(last)]
    return tuple(sorted((*cut, *noise), key=lambda entry: entry.day))


def _imports() -> tuple[Step, ...]:
    """Three files a house; each but the first begins with lines that the one before had too."""
    jia = Passbook.opened("jia", yuan(30 * _M))
    yi = Passbook.opened("yi", yuan(20 * _M))
    bing = Passbook.opened("bing", yuan(10 * _M))
    tuition = _noise("2022-03-02", yuan(5_800), "某学生", "学费")
    wages = _noise("2022-06-15", -yuan(1_260_000), "工资代发户", "6月工资")
    reversal = _noise("2022-08-30", -yuan(180 * _M), FIRMS["photon"].name, "冲正 8月29日入账")
    given_back = _noise("2022-11-25", -yuan(120 * _M), FIRMS["smart"].name, "退许可费40%")
    returned = _noise("2022-09-05", -yuan(5_000), FIRMS["bio"].name, "退误付款")
    return (
        jia.import_of(on("2022-04-06", 9), _entries(_JIA, "2022-01-01", "2022-03-31", tuition)),
        jia.import_of(
            on("2022-07-05", 9), _entries(_JIA, "2022-04-01", "2022-06-30", wages), again=2
        ),
        jia.import_of(
            on("2022-09-06", 9), _entries(_JIA, "2022-07-01", "2022-09-05", returned), again=1
        ),
        yi.import_of(on("2022-05-06", 9), _entries(_YI, "2022-01-01", "2022-04-30")),
        yi.import_of(on("2022-07-06", 9), _entries(_YI, "2022-05-01", "2022-06-30"), again=1),
        yi.import_of(on("2022-09-07", 9), _entries(_YI, "2022-07-01", "2022-09-05"), again=1),
        yi.import_of(on("2022-11-28", 9), (given_back,)),
        bing.import_of(on("2022-06-07", 9), _entries(_BING, "2022-01-01", "2022-05-31")),
        bing.import_of(
            on("2022-09-08", 9), _entries(_BING, "2022-06-01", "2022-09-06", reversal), again=1
        ),
    )


IMPORTS: tuple[Step, ...] = _imports()


def _paid(key: str, *parts: tuple[str, int | None, int]) -> Paid:
    line = LINES[key]
    payer = FIRMS[key.partition("-")[0]].id
    return Paid(line, payer, tuple(Part(DEALS[deal], due, fen) for deal, due, fen in parts))


def whole(key: str, deal: str, due: int) -> Paid:
    """A line that is all for one due."""
    return _paid(key, (deal, due, LINES[key].amount_fen))


BOOKED: dict[str, tuple[Paid, ...]] = {
    "2022-04-07": (
        whole("chip-1", "jia-1", 1),
        whole("bio-1", "jia-2", 1),
        # One payment for two contracts.
        _paid("battery-1", ("jia-3", 1, yuan(150 * _M)), ("jia-4", 1, yuan(100 * _M))),
    ),
    "2022-05-07": (whole("robot-1", "yi-1", 1),),
    "2022-06-08": (whole("marine-1", "bing-1", 1), whole("photon-1", "bing-2", 1)),
    "2022-07-07": (
        whole("sensor-1", "jia-5", 1),
        whole("sensor-2", "jia-6", 1),
        whole("sensor-3", "jia-5", 2),
        whole("chip-2", "jia-1", 2),
        whole("sensor-4", "jia-5", 3),
        whole("battery-2", "jia-3", 2),
    ),
    "2022-07-08": (
        whole("smart-1", "yi-3", 1),
        whole("giant-1", "yi-4", 1),
        # The clerk took this for the third due; somebody else takes it back.
        _paid("robot-2", ("yi-1", 3, yuan(150 * _M)), ("yi-1", 2, yuan(100 * _M))),
    ),
    "2022-09-07": (
        # Two payments for one due.
        whole("bio-2", "jia-2", 2),
        whole("bio-3", "jia-2", 2),
        whole("chip-3", "jia-1", 3),
        _paid("chip-4"),
        _paid("bio-4"),
    ),
    "2022-09-08": (whole("robot-3", "yi-1", 3),),
    "2022-09-09": (
        whole("marine-2", "bing-1", 2),
        whole("marine-3", "bing-3", 1),
        whole("photon-2", "bing-2", 2),
    ),
}
"""Claimed and allocated on these days."""
