"""Steps about losing a ledger and getting it back, on a server that the scenario may stop."""

import shutil
from dataclasses import dataclass, field

import pytest

from api.backups.trouble import BackupTrouble, Trouble
from api.texts import filled, refusal_text
from ledger.checkpoints import parse_checkpoint
from ledger.codec import decode
from ledger.facts import LogRestored, OriginSucceeded
from ledger.notes import parse_note
from ledger.refusals import Refusal
from tests.api.homestead import ORIGIN, Homestead
from tests.features.city import City
from tests.features.phrases import deed, finding

_BACKUP = "backup"
_SUCCESSOR = "test.example/successor"


@dataclass
class Mishap:
    """A ledger in a home of its own, who is known in it, and how its restore went."""

    homestead: Homestead
    people: dict[str, str] = field(default_factory=dict)
    entries: list[bytes] = field(default_factory=list)
    checkpoint: bytes = b""
    trouble: BackupTrouble | None = None

    def register(self, name: str, key: str | None = None) -> None:
        """Make somebody known, and seal."""
        with self.homestead.visited() as visit:
            self.people[name] = visit.register(name, key)
            visit.seal()

    def erase(self, name: str) -> None:
        """Erase somebody, and seal."""
        with self.homestead.visited() as visit:
            visit.do("person.erase", {"person": self.people[name]})
            visit.seal()

    def restore(self, new_origin: str | None = None) -> None:
        """Restore from the backup."""
        log = self.homestead.settings.log_folder
        self.checkpoint = (log / "checkpoint").read_bytes()
        self.entries = self.homestead.entries()
        try:
            self.homestead.restore(_BACKUP, new_origin)
        except BackupTrouble as trouble:
            self.trouble = trouble


@pytest.fixture
def mishap(homestead: Homestead) -> Mishap:
    """A ledger that something is going to happen to."""
    return Mishap(homestead)


@deed("一本已签署的账本，登记了“{name}”", "此后又登记“{name}”并签署")
def registers(mishap: Mishap, name: str) -> None:
    mishap.register(name)


@deed("此后以命令键“{key}”登记“{name}”并签署")
def registers_by_key(mishap: Mishap, key: str, name: str) -> None:
    mishap.register(name, key)


@deed("此后擦除“{name}”并签署")
def erases(mishap: Mishap, name: str) -> None:
    mishap.erase(name)


@deed("账本已备份")
def is_backed_up(mishap: Mishap) -> None:
    mishap.homestead.back_up(_BACKUP)


@deed("日志目录中的条目全部丢失")
def loses_entries(mishap: Mishap) -> None:
    shutil.rmtree(mishap.homestead.settings.log_folder / "tile" / "entries")


@deed("用备份恢复")
def is_restored(mishap: Mishap) -> None:
    mishap.restore()


@deed("用备份以新名称恢复")
def is_restored_under_a_new_name(mishap: Mishap) -> None:
    mishap.restore(_SUCCESSOR)


@deed("{who}声称日志恢复过")
def claims_a_restore(city: City, who: str) -> None:
    city.do(who, "log.record-restore", {"backup_size": 1, "refilled": 1})


@deed("{who}把日志改名")
def renames_the_log(city: City, who: str) -> None:
    head = {"predecessor_size": 1, "predecessor_root": "00" * 32}
    city.do(who, "log.succeed-origin", {"origin": "a.example/log", **head, "key": "a+b+c"})


@finding("签署过的事实逐字节如旧")
def entries_are_the_same(mishap: Mishap) -> None:
    assert mishap.trouble is None
    assert mishap.homestead.entries()[: len(mishap.entries)] == mishap.entries


@finding("日志记下了这次恢复，签署得以继续")
def restore_is_on_record(mishap: Mishap) -> None:
    with mishap.homestead.visited() as visit:
        last = visit.entries()[-1]
        assert isinstance(decode(last).fact, LogRestored)
        assert visit.seal() == len(mishap.entries) + 1


@finding("保密库中仍读不出“{name}”")
def stays_erased(mishap: Mishap, name: str) -> None:
    with mishap.homestead.visited() as visit:
        assert visit.name_of(mishap.people[name]) is None


@finding("以命令键“{key}”再登记“{name}”不予办理，理由为“{phrase}”")
def is_not_run_again(mishap: Mishap, key: str, name: str, phrase: str) -> None:
    with mishap.homestead.visited() as visit, pytest.raises(Refusal) as refused:
        visit.register(name, key)
    assert phrase in filled(refusal_text(refused.value.code).zh, refused.value.values)


@finding("恢复停止，指明第一条找不到的事实，原数据未动")
def restore_stops(mishap: Mishap) -> None:
    assert mishap.trouble is not None
    assert mishap.trouble.code is Trouble.ENTRIES_ARE_LOST
    assert mishap.trouble.facts["position"] == len(mishap.entries) - 1
    assert mishap.homestead.entries() == mishap.entries


@finding("新日志记下了原名称和最后签署的条数与根，签署得以继续")
def successor_names_its_predecessor(mishap: Mishap) -> None:
    last = parse_checkpoint(parse_note(mishap.checkpoint).text)
    with mishap.homestead.visited() as visit:
        facts = [decode(entry).fact for entry in visit.entries()]
        (named,) = [fact for fact in facts if isinstance(fact, OriginSucceeded)]
        assert (named.origin, named.predecessor) == (_SUCCESSOR, ORIGIN)
        told = (named.predecessor_size, named.predecessor_root)
        assert told == (last.head.size, last.head.root.hex())
        assert visit.seal() == len(facts)
