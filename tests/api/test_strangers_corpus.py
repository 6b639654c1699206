"""Mutated files of every kind against a running service: it answers each, and nobody waits."""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

from api.postgres import Logins
from ledger.actors import Role
from ledger.identifiers import patent_check_digit
from tests.api.office import FIRST, bank_file, open_office
from tests.api.served_house import Served, served
from tests.api.strange_files import GOOD, KILLERS, altered, old_workbook, plain_workbook, wide_page

PREVIEW = "/v1/statements/import?dry_run=true"
MUTANTS_OF_EACH = 40
LONG, LONG_LIST = 100_000, 20_000
CALLERS = 3
GROWN_MAX = 100 << 20
WAIT_MAX_SECONDS = 0.25
"""Of another caller, above what a calm service needs."""

SEEDS = {
    "xlsx": plain_workbook(),
    "xls": old_workbook((0, 7)),
    "html": b"<html><table><tr><th>A</th></tr><tr><td>1</td></tr></table></html>" + wide_page(3),
    "csv": GOOD,
    "gb18030": GOOD.decode().encode("gb18030"),
    "bank": bank_file([("2022-06-30", 5_000_000, "甲", "款"), ("2022-07-01", -200, "乙", "费")]),
}


@dataclass
class Watch:
    """Asks `/healthz` all the time, and how much memory the service has."""

    running: Served
    waits: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def keep(self) -> None:
        """Until it is over."""
        process = psutil.Process(self.running.process.pid)
        with httpx.Client(base_url=self.running.address, timeout=30) as http:
            while not self.over.wait(0.02):
                began = time.monotonic()
                assert http.get("/healthz").status_code == 200
                self.waits.append(time.monotonic() - began)
                self.sizes.append(process.memory_info().rss)


def mutants(seed: int) -> Iterator[tuple[str, bytes]]:
    """Files with a few bytes or stretches changed, and workbooks changed inside their archive."""
    chance = random.Random(seed)
    for kind, good in SEEDS.items():
        for _ in range(MUTANTS_OF_EACH):
            yield kind, _mutated(chance, good)
    for _ in range(MUTANTS_OF_EACH):
        yield "xlsx inside", altered(lambda text: _changed_text(chance, text))


def _mutated(chance: random.Random, good: bytes) -> bytes:
    data = bytearray(good)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        length = chance.choice((0, 1, 2, 4, 64))
        data[at : at + length] = chance.choice(
            (
                chance.randbytes(chance.choice((1, 2, 4))),
                b"\xff" * 4,
                b"\0" * 4,
                bytes(data[at : at + 64]) * 3,
                b"",
            )
        )
    return bytes(data)


def _changed_text(chance: random.Random, text: str) -> str:
    for _ in range(chance.randint(1, 6)):
        old = chance.choice(("A1", "B2", "row", '"1"', '"2"', "<c ", "<v>", "</row>", "1", "sheet"))
        new = chance.choice(("XFD1048576", "-1", "9" * 12, "A0", "", "&a;", "<!--", "'", old * 50))
        text = text.replace(old, new, chance.choice((1, 3, 1000)))
    return text


def upload(http: httpx.Client, data: bytes, path: str = PREVIEW) -> int:
    """Preview a file; the status of the answer."""
    answer = http.post(path, files={"file": ("a.xlsx", data)})
    if answer.status_code >= 400:
        problem = answer.json()
        assert problem["detail"]
        assert "{" not in problem["detail"]
    return answer.status_code


def caller(running: Served, bearer: dict[str, str]) -> httpx.Client:
    """Somebody who uploads."""
    return httpx.Client(base_url=running.address, headers=bearer, timeout=120)


def tried(
    running: Served, bearer: dict[str, str], files: list[tuple[str, bytes]], path: str = PREVIEW
) -> Watch:
    """Upload files, several at once, under a watch; none may break the service."""
    calm, watch = Watch(running), Watch(running)
    for each, seconds in ((calm, 2.0), (watch, None)):
        keeping = threading.Thread(target=each.keep)
        keeping.start()
        if seconds is None:
            each.answers += _send(running, bearer, files, path)
        else:
            time.sleep(seconds)
        each.over.set()
        keeping.join()
    assert running.process.poll() is None
    grown = max(watch.sizes) - max(calm.sizes)
    waited = max(watch.waits) - max(calm.waits)
    assert grown < GROWN_MAX, f"{grown >> 20} MB more"
    assert waited < WAIT_MAX_SECONDS, f"{waited:.3f} seconds longer"
    return watch


def _send(
    running: Served, bearer: dict[str, str], files: list[tuple[str, bytes]], path: str
) -> list[int]:
    waiting, lock, wrong = iter(files), threading.Lock(), list[tuple[str, int, bytes]]()
    answers: list[int] = []

    def bring() -> None:
        with caller(running, bearer) as http:
            while True:
                with lock:
                    kind, data = next(waiting, (None, b""))
                if kind is None:
                    return
                status = upload(http, data, path)
                answers.append(status)
                if status not in (200, 400, 413, 422):
                    wrong.append((kind, status, data[:2000]))

    callers = [threading.Thread(target=bring) for _ in range(CALLERS)]
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    assert not wrong, wrong[:3]
    return answers


@pytest.fixture
def running(urls: Logins, tmp_path: Path) -> Iterator[tuple[Served, dict[str, str]]]:
    """A service with an office in it, and the bearer's header of its clerk."""
    with open_office(urls, tmp_path) as office:
        office.grant(office.clerk, Role.CENTRE_STAFF, FIRST)
        secret = office.secret(office.clerk)
    with served(urls, tmp_path, {"ZHIHENG_SEAL": "off", "ZHIHENG_READER_MEMORY": "512"}) as made:
        bearer = {"authorization": f"Bearer {secret}"}
        with caller(made, bearer) as http:
            assert upload(http, SEEDS["bank"]) == 200
        yield made, bearer


@pytest.mark.prove
def test_files_that_kill_their_reader_are_not_felt_by_the_service(
    running: tuple[Served, dict[str, str]],
) -> None:
    tried(*running, [(name, make()) for name, make in KILLERS.items()] * 2)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(2))
def test_mutated_files_are_read_or_refused(
    running: tuple[Served, dict[str, str]], seed: int
) -> None:
    tried(*running, list(mutants(seed)))


@pytest.mark.prove
def test_a_long_honest_file_is_previewed_without_weight(
    running: tuple[Served, dict[str, str]],
) -> None:
    """Counts are of all its lines; told are those that need somebody, and the first others."""
    lines = [("2022-06-27", 100 + number, f"付款方{number % 997}", "") for number in range(LONG)]
    assert tried(*running, [("a long file", bank_file(lines))]).answers == [200]


def patent_list(rows: int) -> bytes:
    """An agency's list of so many new patents."""
    bodies = (f"20211{number:07}" for number in range(rows))
    lines = (
        f"{body}.{patent_check_digit(body)},一种装置及其方法{body[-5:]},2021-03-0{at % 9 + 1},"
        f"示例大学;示例合作公司{at % 97}"
        for at, body in enumerate(bodies)
    )
    return "\n".join(("申请号,名称,申请日,申请人", *lines)).encode()


@pytest.mark.prove
@pytest.mark.parametrize("path", ["/lists/import", "/v1/lists/import?dry_run=true"])
def test_a_long_honest_list_is_previewed_without_weight(
    running: tuple[Served, dict[str, str]], path: str
) -> None:
    watch = tried(*running, [("a long list", patent_list(LONG_LIST))], path)
    assert watch.answers == [200]
