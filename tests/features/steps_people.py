"""Steps about the log, institutions, rules, actors with their roles and tokens, and persons."""

from datetime import timedelta

import orjson
import psycopg

from api.access import Caller
from api.entries import Entry, readable
from api.states import state_of
from ledger.access import Actor
from ledger.actors import SEALER
from ledger.facts import CounterpartySizeVerified
from ledger.institutions import RecoverAccess
from ledger.sitting import Request
from ledger.vault import READ
from ledger.writers import Scribe
from tests.features.city import (
    ADMINISTRATOR,
    BUREAU,
    SECURITY,
    City,
    credit_code,
    opening,
    own_id,
)
from tests.features.phrases import deed, finding
from tests.features.tables import Table, records
from tests.features.words import ROLES

_KINDS = {
    "大学": "university",
    "研究所": "research-institute",
    "主管局": "bureau",
    "市教委": "education-commission",
}
_POLICIES = {
    "中小企业划型标准": "policy:sme-size",
    "奖励资金规则": "policy:reward-fund",
    "运营中心建设要求": "policy:ip-operation-centres",
}


@deed("一份空白的日志")
def blank_log(city: City) -> None:
    assert city.size() == 0
    for who in (ADMINISTRATOR, SECURITY):
        city.people[who] = (own_id("actor", who), "")


@deed("一座有主管局、甲大学、乙大学和丙研究所的城市，各岗位均有人任职")
def inhabited(city: City) -> None:
    assert city.size() > 0


@deed("{who}开立日志")
def opens_log(city: City, who: str) -> None:
    city.do(who, "log.open", opening())


@deed("{who}让同一人兼任两个管理员，开立日志")
def opens_log_alone(city: City, who: str) -> None:
    city.do(who, "log.open", opening() | {"security_person": own_id("person", who)})


@deed("{who}登记机构")
def registers_institutions(city: City, who: str, datatable: Table) -> None:
    for row in records(datatable):
        place = row["名称"]
        code = row.get("信用代码") or credit_code(place)
        body = {"code": code, "kind": _KINDS[row["类型"]], "name_zh": place, "name_en": place}
        city.call(place, f"institution:{code}")
        city.do(who, "institution.register", body)


@deed("{who}采用“{rule}”第 {version:d} 版")
def adopts(city: City, who: str, rule: str, version: int) -> None:
    city.do(who, "policy.adopt", {"policy": _POLICIES[rule], "version": version})


# --- actors


@deed("{who}登记操作者“{name}”")
def registers_actor(city: City, who: str, name: str) -> None:
    _register_actor(city, who, name, own_id("person", name))


@deed("{who}给“{person}”本人另开账号“{name}”")
def registers_second_account(city: City, who: str, person: str, name: str) -> None:
    """Another account of somebody who holds a post already: the same human behind it."""
    holder = next(key for key in city.people if key == person or key == f"甲大学的{person}")
    _register_actor(city, who, name, own_id("person", holder))


def _register_actor(city: City, who: str, name: str, person: str) -> None:
    actor = own_id("actor", name)
    _, institution = city.actor(who)
    city.people[name] = (actor, institution)
    proposal = f"proposal:{actor.partition(':')[2]}"
    city.give(who, "actor.register", {"actor": actor, "person": person}, proposal)


@deed("{who}授予“{name}”在{place}的{role}角色，自 {starts} 至 {ends}")
def grants_for_a_time(
    city: City, who: str, name: str, place: str, role: str, starts: str, ends: str
) -> None:
    _grant(city, who, name, place, {"role": ROLES[role], "starts": starts, "ends": ends})


@deed("{who}授予“{name}”在{place}的{role}角色")
def grants(city: City, who: str, name: str, place: str, role: str) -> None:
    _grant(city, who, name, place, {"role": ROLES[role]})


@deed("{who}授予“{name}”全市范围的{role}角色")
def grants_city_wide(city: City, who: str, name: str, role: str) -> None:
    _grant(city, who, name, BUREAU, {"role": ROLES[role]}, scope=None)


def _grant(
    city: City, who: str, name: str, place: str, grant: dict[str, str], **scope: None
) -> None:
    actor, institution = city.actor(name)
    city.people[name] = (actor, city.place(place) or institution)
    given = _proposal(city, name, grant["role"], place)
    body = {**given, "holder": actor, "scope": city.place(place)}
    proposal = body["proposal"]
    city.give(who, "role.grant", {**body, **grant, **scope}, proposal)


def _proposal(city: City, name: str, role: str, place: str) -> dict[str, str]:
    """A new proposal, under the name of who gets which role."""
    proposal = own_id("proposal", f"{name}{role}{place}")
    return {"proposal": city.call(f"{name}的{role}授权", proposal)}


@deed("{who}提请授予“{name}”在{place}的{role}角色")
def proposes(city: City, who: str, name: str, place: str, role: str) -> None:
    actor, institution = city.actor(name)
    city.people[name] = (actor, city.place(place) or institution)
    body = {"holder": actor, "scope": city.place(place), "role": ROLES[role]}
    city.do(who, "role.grant", {**_proposal(city, name, ROLES[role], place), **body})


@deed("{who}确认“{name}”的{role}授权")
def confirms(city: City, who: str, name: str, role: str) -> None:
    city.do(who, "right.confirm", {"proposal": city.id(f"{name}的{ROLES[role]}授权")})


@deed("{who}否决“{name}”的{role}授权")
def declines(city: City, who: str, name: str, role: str) -> None:
    city.do(who, "right.decline", {"proposal": city.id(f"{name}的{ROLES[role]}授权")})


@deed("{who}补充确认“{name}”在{place}的{role}授权")
def affirms(city: City, who: str, name: str, place: str, role: str) -> None:
    actor, _ = city.actor(name)
    body = {"holder": actor, "role": ROLES[role], "scope": city.place(place)}
    city.do(who, "right.affirm", body)


@deed("在服务器上重新指定“{first}”与“{second}”管理权限")
def recovers(city: City, first: str, second: str) -> None:
    """The command "access.recover", which no token reaches: the server's own console gives it."""
    named = RecoverAccess(
        administrator=own_id("actor", first),
        person=own_id("person", first),
        security_administrator=own_id("actor", second),
        security_person=own_id("person", second),
    )
    with Scribe(city.home.service_url, city.clock) as scribe:
        scribe.handle(Request(named, SEALER, "f" * 32))
    for name in (first, second):
        city.people[name] = (own_id("actor", name), "")


@deed("{who}登记程序账号“{name}”")
def registers_program(city: City, who: str, name: str) -> None:
    actor = own_id("actor", name)
    city.people[name] = (actor, city.actor(who)[1])
    city.do(who, "actor.register", {"actor": actor, "kind": "program"})


@deed("{who}以系统自用的编号登记操作者")
def registers_reserved(city: City, who: str) -> None:
    city.do(who, "actor.register", {"actor": SEALER})


@deed("{who}撤销“{name}”在{place}的{role}角色")
def revokes(city: City, who: str, name: str, place: str, role: str) -> None:
    actor, _ = city.actor(name)
    body = {"holder": actor, "role": ROLES[role], "scope": city.place(place)}
    city.do(who, "role.revoke", body)


@deed("{who}撤销“{name}”全市范围的{role}角色")
def revokes_city_wide(city: City, who: str, name: str, role: str) -> None:
    actor, _ = city.actor(name)
    city.do(who, "role.revoke", {"holder": actor, "role": ROLES[role]})


@deed("{who}给“{name}”签发有效期 {days:d} 天的令牌")
def issues_token(city: City, who: str, name: str, days: int) -> None:
    actor, _ = city.actor(name)
    token = own_id("token", name).partition(":")[2]
    until = (city.clock.now + timedelta(days=days)).isoformat()
    city.call(f"{name}的令牌", token)
    body = {"holder": actor, "token": token, "expires_at": until}
    city.give(who, "token.issue", body, f"proposal:{token}")


@deed("{who}吊销“{name}”的令牌")
def revokes_token(city: City, who: str, name: str) -> None:
    actor, _ = city.actor(name)
    city.do(who, "token.revoke", {"holder": actor, "token": city.id(f"{name}的令牌")})


# --- persons


@deed("{who}登记人员“{name}”")
def registers_person(city: City, who: str, name: str) -> None:
    city.do(who, "person.register", {"person": city.fresh("person", name), "name": name})


@deed("{who}登记人员“{name}”，身份证号 {number}")
def registers_person_with_number(city: City, who: str, name: str, number: str) -> None:
    body = {"person": city.fresh("person", name), "name": name, "id_number": number}
    city.do(who, "person.register", body)


@deed("{who}以命令键“{key}”登记人员“{name}”")
def registers_person_under_key(city: City, who: str, key: str, name: str) -> None:
    """Under one key a person always sends the same id, as a program that tries again would."""
    person = city.fresh("person", f"{who}{key}")
    city.do(who, "person.register", {"person": person, "name": name}, key)


@deed("{who}擦除“{name}”的个人信息")
def erases(city: City, who: str, name: str) -> None:
    city.do(who, "person.erase", {"person": city.id(name)})


def _revealed(city: City, name: str) -> dict[str, str]:
    person = city.id(name)
    with psycopg.connect(city.home.service_url, autocommit=True) as connection:
        rows = connection.execute(READ, ([person],), binary=True).fetchall()
    fields = city.home.vault.reveal(rows).get(person, {})
    return {field: revealed.text for field, revealed in fields.items()}


@finding("保密库中仍可读出“{name}”的姓名")
def name_can_be_read(city: City, name: str) -> None:
    city.need_examined()
    assert _revealed(city, name)["name"] == name


@finding("保密库中再也读不出“{name}”的任何信息")
def nothing_can_be_read(city: City, name: str) -> None:
    city.need_examined()
    assert _revealed(city, name) == {}


@finding("日志中没有“{text}”字样")
def log_does_not_hold(city: City, text: str) -> None:
    city.need_examined()
    assert not city.holds_text(text)


# --- who reads what


@finding("{who}查阅“{firm}”的规模核定时{verdict}经办人和理由")
def told_who_and_why(city: City, who: str, firm: str, verdict: str) -> None:
    """Whether the entry is told as it is stored, or without who and why."""
    row = city.connection.execute(
        "SELECT institution, position, encode(leaf, 'hex'), state FROM ledger.facts"
        " WHERE topic = %s AND subject = %s",
        (CounterpartySizeVerified.TOPIC, city.id(firm)),
    ).fetchone()
    assert row is not None
    actor, _ = city.actor(who)
    state = state_of(city.connection, actor)
    assert isinstance(state, Actor)
    rights = readable(Caller(actor, "", state, city.clock.today), city.home.reader)
    told = rights.told(row[0], Entry(row[1], row[2], bytes(row[3])))
    assert told.withheld is (verdict == "看不到")
    assert (actor_in(told.state) is None) is told.withheld


def actor_in(entry: bytes) -> str | None:
    actor: str | None = orjson.loads(entry)["actor"]
    return actor
