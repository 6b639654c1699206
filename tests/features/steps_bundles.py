"""Steps about bundles: who carries one away, what somebody tampered with, what an audit finds."""

import secrets

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.access import Caller
from api.audit.bundle import audit
from api.audit.live import verify
from api.bundles.read import open_bundle
from api.bundles.write import Wanted, newest_seal
from api.cli_bundle import as_far_as_read, need_right, written
from api.cli_session import Session
from api.postgres import SUPERUSER
from api.states import state_of
from api.texts import filled, refusal_text
from ledger.access import Actor
from ledger.case import business_day
from ledger.refusals import Refusal
from ledger.signing_keys import adopted_keys
from ledger.writers import Scribe
from tests.features.city import City
from tests.features.doors import Outcome
from tests.features.phrases import deed, finding
from tests.features.steps_sealing import home_of


def _caller(city: City, who: str) -> Caller:
    actor, _ = city.actor(who)
    state = state_of(city.connection, actor)
    assert isinstance(state, Actor)
    return Caller(actor, "", state, business_day(city.clock()))


def _carry(city: City, who: str, institution: str | None) -> None:
    """Write a bundle and audit it with the key that the log adopted."""
    city.need_examined()
    caller, home = _caller(city, who), home_of(city)
    try:
        need_right(caller, institution)
    except Refusal as refusal:
        words = filled(refusal_text(refusal.code).zh, refusal.values, "zh")
        city.outcome = Outcome(refused=refusal.code, words=words, values=refusal.values)
        city.size_before, city.awaits_examination = city.size(), True
        return
    sealed = newest_seal(home, city.connection)
    assert sealed is not None
    out = home.settings.home / f"bundle-{secrets.token_hex(4)}"
    with Scribe(city.home.service_url, city.clock) as scribe:
        session = Session(home, city.connection, scribe, caller)
        wanted = as_far_as_read(home, caller, Wanted(institution))
        written(session, sealed, wanted, out, lambda done: None)
    with open_bundle(out) as bundle:
        city.audited = audit(bundle, [sealed.key], None, lambda done: None)


@deed("{who}制作审计包")
def carries_all(city: City, who: str) -> None:
    _carry(city, who, None)


@deed("{who}制作{place}的审计包")
def carries_part(city: City, who: str, place: str) -> None:
    _carry(city, who, city.place(place))


def _tamper(city: City, statement: str, position: int) -> None:
    told = conninfo_to_dict(city.home.service_url) | {"user": SUPERUSER}
    with psycopg.connect(make_conninfo("", **told)) as connection:
        connection.execute("ALTER TABLE ledger.facts DISABLE TRIGGER append_only")
        assert connection.execute(statement.encode(), (position,)).rowcount == 1
        connection.execute("ALTER TABLE ledger.facts ENABLE ALWAYS TRIGGER append_only")


@deed("数据库管理员绕过触发器改动位置 {position:d} 的原文")
def changes_entry(city: City, position: int) -> None:
    changed = """replace(convert_from(state, 'UTF8'), '"reason":null', '"reason":"x"')"""
    _tamper(
        city,
        f"UPDATE ledger.facts SET state = convert_to({changed}, 'UTF8') WHERE position = %s",
        position,
    )


@deed("数据库管理员绕过触发器删去位置 {position:d} 的事实")
def deletes_fact(city: City, position: int) -> None:
    _tamper(city, "DELETE FROM ledger.facts WHERE position = %s", position)


@deed("数据库管理员绕过触发器改动位置 {position:d} 的日期列")
def changes_column(city: City, position: int) -> None:
    _tamper(city, "UPDATE ledger.facts SET effective = effective - 1 WHERE position = %s", position)


@deed("核验现用账本")
def verifies(city: City) -> None:
    keys = [each.key for each in adopted_keys(city.connection)]
    with psycopg.connect(city.home.service_url) as connection:
        city.audited = verify(home_of(city).settings, connection, keys, None, lambda done: None)


@finding("审计没有发现问题")
def finds_nothing(city: City) -> None:
    assert city.audited is not None
    assert city.audited.is_good, city.audited.findings


@finding("审计指出首个有误位置是 {position:d}")
def names_position(city: City, position: int) -> None:
    assert city.audited is not None
    assert city.audited.first_wrong == position, city.audited.findings


@finding("基金上限一项留待全部日志")
def leaves_cap_open(city: City) -> None:
    assert city.audited is not None
    left = {each.values.get("name") for each in city.audited.remarks}
    assert "fund-cap" in left
