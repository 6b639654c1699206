"""Steps about witnesses: each runs as a service of its own, and the log asks them all."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.clock import real_clock
from api.cosigning import Cosigner, Report
from ledger.witness_policy import Standing
from ledger.witness_policy_file import parse_policy
from tests.api.witness_house import running_witness
from tests.features.phrases import deed, finding
from tests.ledger.small_log import LOG, SmallLog, cosigner

_ENTRIES = 20


@dataclass
class Watch:
    """A log, its witnesses by the name of who runs them, and how its last checkpoint stands."""

    folder: Path
    running: dict[str, ExitStack] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    needed: int = 0
    cosigner: Cosigner | None = None
    standing: Standing | None = None

    def start(self, name: str) -> None:
        """Run a witness on what it kept."""
        stack = self.running[name] = ExitStack()
        witness = running_witness(cosigner(name), LOG.verifier, folder=self.folder / name)
        self.addresses[name] = stack.enter_context(witness)
        self.ask_anew()

    def stop(self, name: str) -> None:
        """Stop a witness; nobody listens where it was."""
        self.running.pop(name).close()

    def ask_anew(self) -> None:
        """Ask like a process that has just been started."""
        lines = [
            f"witness {name} {cosigner(name).verifier} {address}"
            for name, address in self.addresses.items()
        ]
        names = " ".join(self.addresses)
        needed = min(self.needed, len(self.addresses))
        text = "\n".join([*lines, f"group 见证人 {needed} {names}", "quorum 见证人"])
        self.cosigner = Cosigner(parse_policy(text.encode()), real_clock)

    def seal(self, log: SmallLog, size: int) -> None:
        """Send the checkpoint over the first entries to every witness."""
        assert self.cosigner is not None
        self.standing = self.cosigner.cosign(log.note(size), size, log.nodes)

    def found(self) -> tuple[int, bool]:
        """How many stand for the last checkpoint, and whether they are enough."""
        assert self.standing is not None
        return len(self.standing.cosigned), self.standing.is_met

    def reports(self) -> list[Report]:
        """How it went with each witness."""
        assert self.cosigner is not None
        return list(self.cosigner.reports.values())


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """Witnesses of the scenario's own."""
    made = Watch(tmp_path)
    yield made
    for stack in made.running.values():
        stack.close()


@deed("日志由{names}见证，须 {needed:d} 家联署")
def has_witnesses(watch: Watch, names: str, needed: int) -> None:
    watch.needed = needed
    for name in names.split("、"):
        watch.start(name)


@deed("{who}的见证人停机")
def stops(watch: Watch, who: str) -> None:
    watch.stop(who)


@deed("{who}的见证人重新启动")
def starts_again(watch: Watch, who: str) -> None:
    if who in watch.running:
        watch.stop(who)
    watch.start(who)


@deed("日志封存前 {size:d} 条")
def seals(watch: Watch, size: int) -> None:
    watch.seal(SmallLog(_ENTRIES), size)


@deed("日志改写末条后封存前 {size:d} 条")
def seals_another_history(watch: Watch, size: int) -> None:
    watch.seal(SmallLog(size, strange=size - 7), size)


@deed("日志由另一进程封存前 {size:d} 条")
def seals_elsewhere(watch: Watch, size: int) -> None:
    watch.ask_anew()
    watch.seal(SmallLog(_ENTRIES), size)


@finding("该检查点有 {count:d} 家联署，满足策略")
def is_met(watch: Watch, count: int) -> None:
    assert watch.found() == (count, True), watch.reports()


@finding("该检查点有 {count:d} 家联署，未满足策略")
def is_not_met(watch: Watch, count: int) -> None:
    assert watch.found() == (count, False), watch.reports()


@finding("{who}未联署，因为“{reason}”")
def is_missing(watch: Watch, who: str, reason: str) -> None:
    assert watch.standing is not None
    assert watch.cosigner is not None
    assert who in watch.standing.missing
    told = watch.cosigner.reports[who].told()
    assert told is not None
    assert reason in told.zh
