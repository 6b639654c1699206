"""Steps about sealing: keys, checkpoints, which host signs, and the heads of a day."""

import secrets
import shutil
from dataclasses import replace
from datetime import date

from api.days import Days
from api.home import Home
from api.sealed import Published, published
from api.sealing import seal_once, told
from api.signing import first_adoption, make_key, rotation
from ledger.actors import SEALER
from ledger.codec import decode
from ledger.facts import HeadsRecorded
from ledger.key_files import read_seed
from ledger.last_signed import signed_file
from ledger.notes import Signer, signed_by
from ledger.sealing_stops import SealingStopped
from ledger.signing_keys import adopted_keys
from ledger.writers import Scribe
from tests.features.city import City
from tests.features.phrases import deed, finding

_FOLDER, _WHY = "封存的目录", "不封存的原因"
_PROGRAM = "本程序"
_ORIGIN = "example.edu.cn/ledger"


def home_of(city: City, host: str = "本机") -> Home:
    """The city's home with a log folder and keys of the scenario's own."""
    settings = city.home.settings
    folder = city.names.setdefault(_FOLDER, str(settings.home / f"sealing-{secrets.token_hex(6)}"))
    place = settings.home / folder / host
    place.mkdir(parents=True, exist_ok=True)
    own = replace(settings, home=place, signing_key_file=place / "log.key", host=host)
    return replace(city.home, settings=own)


@deed("{who}启用本日志的签名密钥")
def adopts_key(city: City, who: str) -> None:
    adoption = first_adoption(home_of(city), _ORIGIN, city.actor(who)[0])
    with Scribe(city.home.service_url, city.clock) as scribe:
        scribe.handle(adoption)


@deed("{who}启用名为“{name}”的签名密钥")
def adopts_foreign_key(city: City, who: str, name: str) -> None:
    key = Signer.of_seed(name, secrets.token_bytes(32)).verifier
    city.do(who, "signing-key.adopt", {"key": str(key)})


@deed("{who}换用新的签名密钥")
def rotates(city: City, who: str) -> None:
    home = home_of(city)
    file = home.settings.home / "new.key"
    make_key(file)
    assert len(read_seed(file)) == 32
    with Scribe(city.home.service_url, city.clock) as scribe:
        scribe.handle(rotation(home, _ORIGIN, file, city.actor(who)[0]))


@deed("封存日志")
def seals(city: City) -> None:
    _seal(city, home_of(city))


@deed("另一台主机拿着副本封存日志")
def seals_elsewhere(city: City) -> None:
    here, there = home_of(city).settings, home_of(city, "另一台主机")
    key = there.settings.signing_key_file
    shutil.copy(here.signing_key_file, key)
    shutil.copy(signed_file(here.signing_key_file), signed_file(key))
    shutil.copytree(here.log_folder, there.settings.log_folder)
    _seal(city, there)


def _seal(city: City, home: Home) -> None:
    try:
        seal_once(home)
    except SealingStopped as stopped:
        city.names[_WHY] = told(stopped).zh


@finding("没有封存，因为“{why}”")
def is_not_sealed(city: City, why: str) -> None:
    assert why.removesuffix("……") in city.names[_WHY]


def _checkpoint(city: City) -> Published:
    assert _WHY not in city.names
    found = published(home_of(city).settings.log_folder)
    assert found is not None
    return found


@finding("检查点覆盖日志的全部事实")
def covers_all(city: City) -> None:
    assert _checkpoint(city).checkpoint.head.size == city.size()


@finding("检查点由新旧两把密钥签署")
def signed_by_both(city: City) -> None:
    keys = {each.key for each in adopted_keys(city.connection)}
    assert len(keys) == 2
    assert set(signed_by(_checkpoint(city).note, keys)) == keys


@deed("本程序结束前一日")
def closes_the_day(city: City) -> None:
    with Scribe(city.home.service_url, city.clock) as scribe:
        assert Days(city.connection, scribe).close(city.clock())


@deed("本程序固定{place} {day} 的链首")
def pins_heads(city: City, place: str, day: str) -> None:
    city.people[_PROGRAM] = (SEALER, "")
    body = {"of": city.place(place), "day": day, "through": 1, "facts": 1, "heads": 1}
    city.do(_PROGRAM, "heads.record", {**body, "root": "0" * 64})


@finding("有事实的机构各有一条 {day} 的日终链首")
def has_heads(city: City, day: str) -> None:
    rows = city.connection.execute("SELECT position, state FROM ledger.facts ORDER BY position")
    seen = [decode(bytes(state), position) for position, state in rows]
    pinned = [each for each in seen if isinstance(each.fact, HeadsRecorded)]
    active = {each.institution for each in seen if each not in pinned}
    assert sorted(each.institution for each in pinned) == sorted(active)
    assert {each.effective for each in pinned} == {date.fromisoformat(day)}
