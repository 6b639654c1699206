"""Who acts: the bureau, the institutions, and persons under made-up names with their roles."""

from datetime import date, datetime
from typing import NamedTuple

from api.demo.story.steps import Do, Renew, Step, day, made_up_code, moment, named, on


class House(NamedTuple):
    """An institution on the log; its code is made up also where the institution is real."""

    id: str
    kind: str
    zh: str
    en: str
    joined: date


class Person(NamedTuple):
    """Somebody with one role; `house` None: the role holds across the log."""

    key: str
    name: str
    role: str
    house: str | None


_START, _JOINED = day("2018-06-01"), day("2021-12-01")

HOUSES: dict[str, House] = {
    "bureau": House(
        f"institution:{made_up_code('11', 'DEM00001')}",
        "bureau",
        "上海市知识产权局",
        "Shanghai Intellectual Property Administration",
        _START,
    ),
    "tongji": House(
        f"institution:{made_up_code('12', 'DEM00002')}",
        "university",
        "同济大学",
        "Tongji University",
        _START,
    ),
    "sjtu": House(
        f"institution:{made_up_code('12', 'DEM00003')}",
        "university",
        "上海交通大学",
        "Shanghai Jiao Tong University",
        _START,
    ),
    "jia": House(
        f"institution:{made_up_code('12', 'DEM0000A')}",
        "university",
        "示范大学甲",
        "Example University A",
        _START,
    ),
    "yi": House(
        f"institution:{made_up_code('12', 'DEM0000B')}",
        "university",
        "示范大学乙",
        "Example University B",
        _JOINED,
    ),
    "bing": House(
        f"institution:{made_up_code('12', 'DEM0000C')}",
        "research-institute",
        "示范研究院丙",
        "Example Research Institute C",
        _JOINED,
    ),
    "ding": House(
        f"institution:{made_up_code('12', 'DEM0000D')}",
        "university",
        "示范大学丁",
        "Example University D",
        _JOINED,
    ),
}

EXAMPLES = ("jia", "yi", "bing", "ding")
"""The houses that are made up: three universities and a research institute."""

ADMINISTRATOR, SECURITY, DEPUTY = "administrator", "security-administrator", "deputy"
"""Who gives rights: the first proposes, the second confirms, the third stands in for the first."""

_OF_A_HOUSE = (
    ("centre", "中心专员", "centre-staff"),
    ("reviewer", "中心复核", "centre-reviewer"),
    ("finance", "财务经办", "finance-clerk"),
    ("finance-approver", "财务审批", "finance-approver"),
)
_OF_AN_EXAMPLE = (
    ("head", "中心主任", "centre-head"),
    ("leader", "分管领导", "school-leader"),
    ("internal-auditor", "内部审计", "internal-auditor"),
)
_INVENTOR = "吕示例"
"""The first of a house's inventors, who has a sign-in of his own."""

_CITY = (
    Person("auditor", "审计员(虚构)", "state-auditor", None),
    Person("bureau/clerk", "局经办一(虚构)", "bureau-clerk", None),
    Person("bureau/reviewer", "局经办二(虚构)", "bureau-clerk", None),
    Person("bureau/approver", "局审批(虚构)", "bureau-approver", None),
    Person("bureau/payer", "局拨付(虚构)", "bureau-payer", None),
)


def _staff(house: str) -> tuple[Person, ...]:
    if house == "bureau":
        return _CITY
    short = HOUSES[house].zh
    more = _OF_AN_EXAMPLE if house in EXAMPLES else ()
    staff = tuple(
        Person(f"{house}/{key}", f"{short}·{title}(虚构)", role, house)
        for key, title, role in (*_OF_A_HOUSE, *more)
    )
    if not more:
        return staff
    return (*staff, Person(f"{house}/inventor", f"{_INVENTOR}(虚构)", "inventor", house))


_FIRST_HOUSES = ("bureau", "jia", "tongji", "sjtu")
_LATER_HOUSES = ("yi", "bing", "ding")

TOKEN_HOLDERS: dict[str, str] = {
    "auditor": "auditor",
    "finance": "jia/finance",
    "centre": "jia/centre",
    "bureau": "bureau/approver",
    "administrator": ADMINISTRATOR,
    "finance-approver": "jia/finance-approver",
    "bureau-clerk": "bureau/clerk",
    "bureau-payer": "bureau/payer",
    "internal-auditor": "jia/internal-auditor",
    "inventor": "jia/inventor",
    "security-administrator": SECURITY,
}
"""The entries of `tokens.json` and whose secrets they are."""

_AUDIT_ENDS = "2030-12-31"


def actor(key: str) -> str:
    """The actor id of somebody in this story."""
    return named("actor", key)


def person(key: str) -> str:
    """The person id of somebody in this story."""
    return named("person", key)


def team(house: str, *members: str) -> tuple[str, ...]:
    """The person ids of service-team members of a house."""
    return tuple(person(f"{house}/team/{member}") for member in members)


def _admit(house: House) -> Do:
    body = {"code": house.id, "kind": house.kind, "name_zh": house.zh, "name_en": house.en}
    source = {"kind": "synthetic", "source": "统一社会信用代码为虚构 (the credit code is made up)"}
    at = moment(house.joined, 9, 10)
    return Do(at, ADMINISTRATOR, "institution.register", body, (source,))


def _arrive(one: Person, joined: date) -> tuple[Do, ...]:
    """Registered as a person and as an actor, then given the role."""
    at = moment(joined, 9, 20)
    home = HOUSES[one.house or "bureau"].id
    grant: dict[str, object] = {"role": one.role}
    if one.house is not None:
        grant["scope"] = home
    if one.role == "state-auditor":
        grant["ends"] = _AUDIT_ENDS
    named_person = {"person": person(one.key), "name": one.name, "institution": home}
    return (
        Do(at, ADMINISTRATOR, "person.register", named_person),
        Do(
            at,
            ADMINISTRATOR,
            "actor.register",
            {"actor": actor(one.key), "person": person(one.key)},
        ),
        *granted(at, one.key, grant),
    )


def granted(at: datetime, key: str, grant: dict[str, object]) -> tuple[Do, Do]:
    """A role for somebody: proposed by the administrator, confirmed by another person."""
    proposal = {"proposal": named("proposal", f"{key}/{grant['role']}")}
    return (
        Do(at, ADMINISTRATOR, "role.grant", {**proposal, "holder": actor(key), **grant}),
        Do(at, SECURITY, "right.confirm", proposal),
    )


def _houses(names: tuple[str, ...]) -> tuple[Step, ...]:
    arriving = [(one, HOUSES[name].joined) for name in names for one in _staff(name)]
    return (
        *(_admit(HOUSES[name]) for name in names),
        *(step for one, joined in arriving for step in _arrive(one, joined)),
    )


_KEEPERS = tuple(
    Do(
        on("2018-06-01", 9, 15),
        ADMINISTRATOR,
        "person.register",
        {"person": person(key), "name": name},
    )
    for key, name in (
        (ADMINISTRATOR, "系统管理员(虚构)"),
        (SECURITY, "安全管理员(虚构)"),
        (DEPUTY, "系统管理员副手(虚构)"),
    )
)

_STANDS_IN = on("2019-01-07")
_DEPUTED: tuple[Step, ...] = (
    Do(
        _STANDS_IN,
        ADMINISTRATOR,
        "actor.register",
        {"actor": actor(DEPUTY), "person": person(DEPUTY)},
    ),
    *granted(_STANDS_IN, DEPUTY, {"role": "administrator"}),
    # A new administrator goes through the rights that stand, and stands for one of them too.
    Do(
        on("2019-01-08"),
        DEPUTY,
        "right.affirm",
        {"holder": actor("jia/centre"), "role": "centre-staff", "scope": HOUSES["jia"].id},
    ),
    # Whoever pays does not approve: the second person declines.
    Do(
        on("2019-01-09"),
        ADMINISTRATOR,
        "role.grant",
        {
            "proposal": named("proposal", "bureau/payer/bureau-approver"),
            "holder": actor("bureau/payer"),
            "role": "bureau-approver",
        },
    ),
    Do(
        on("2019-01-10"),
        SECURITY,
        "right.decline",
        {
            "proposal": named("proposal", "bureau/payer/bureau-approver"),
            "reason": "拨付与审批须由不同的人担任(示例)",
        },
    ),
)

OPENING: tuple[Step, ...] = (
    *_houses(_FIRST_HOUSES),
    *_KEEPERS,
    Renew(on("2018-06-01", 9, 40)),
)
"""Played before the page answers, so that the tokens open it from the first moment."""

_TEAMS = {
    "jia": ("赵示例", "钱示例", "孙示例", "李示例"),
    "yi": ("周示例", "吴示例", "郑示例"),
    "bing": ("王示例", "冯示例"),
    "ding": ("陈示例", "褚示例", "卫示例"),
}


def inventors(house: str) -> tuple[str, ...]:
    """The person ids of a house's inventors, the one who signs in first."""
    return (person(f"{house}/inventor"), *team(house, *_TEAMS[house]))


def _members(house: str, names: tuple[str, ...]) -> tuple[Do, ...]:
    at = moment(_JOINED, 11)
    return tuple(
        Do(
            at,
            f"{house}/centre",
            "person.register",
            {
                "person": person(f"{house}/team/{name}"),
                "name": f"{name}(虚构)",
                "bank_account": f"62000000000000{number:02d}",
            },
        )
        for number, name in enumerate(names, 1)
    )


_POLICIES = (
    ("policy:sme-size", "2018-06-01"),
    ("policy:public-holidays", "2018-06-01"),
    ("policy:pricing-notice", "2018-06-01"),
    ("policy:reward-fund", "2022-06-30"),
    ("policy:ip-operation-centres", "2022-06-30"),
)

NEWCOMERS: tuple[Step, ...] = (
    *_houses(_LATER_HOUSES),
    *_DEPUTED,
    *(step for house, names in _TEAMS.items() for step in _members(house, names)),
    *(
        Do(on(text, 9, 50), "bureau/approver", "policy.adopt", {"policy": policy, "version": 1})
        for policy, text in _POLICIES
    ),
)

STORY_ENDS = on("2024-12-31", 9, 0)

RENEWALS: tuple[Renew, ...] = (
    *(Renew(on(f"{year}-06-03", 9, 0)) for year in range(2019, 2025)),
    Renew(STORY_ENDS),
)
"""A token lives 400 days at most; the story lasts seven years."""
