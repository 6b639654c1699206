"""The demonstration as a person starts it: how soon it answers, what it holds, what is to do."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, get_args

import httpx
import orjson
import polars as pl
import pytest

from api.demo.homes import demo_settings
from api.demo.story import STORY
from api.demo.story.audits import SAMPLE
from api.demo.story.fund_2022 import FUND as FUND_2022
from api.demo.story.fund_open import FUND as FUND_OPEN
from api.demo.story.fund_open import WAITING, WAITING_DEAL
from api.demo.story.people import (
    ADMINISTRATOR,
    EXAMPLES,
    HOUSES,
    SECURITY,
    TOKEN_HOLDERS,
    actor,
    person,
)
from api.demo.story.steps import Do, TakeIn, Write
from api.evidence_store import EvidenceStore
from api.home import open_home, read_head
from api.imports.statement import read_statement
from api.imports.verdicts import texts_of
from compliance.assess import matrix
from compliance.catalogues.gbt33251_2016 import GBT33251_2016
from compliance.clause import Status
from ledger.case import business_day
from ledger.commands import BY_NAME, DECLARATIONS
from ledger.facts import FACTS, FindingClosed
from ledger.findings import Stage
from ledger.writers import Scribe
from projections.figure_changes import Cause, restated
from projections.figures import entries_of
from projections.indicators import BY_NAME as INDICATORS_BY_NAME
from projections.indicators import INDICATORS
from projections.kept import Kept
from projections.moment import moment_of, size_at
from projections.period import Period
from projections.populations import population
from projections.tape import Tape
from projections.views import VIEWS
from tests.api.page_walk import walk
from tests.projections.tape_builder import rows_of

ROOT = Path(__file__).parents[2]
ANSWERS_WITHIN, COMPLETE_WITHIN = 20.0, 60.0
"""Promised are 5 and 20 seconds on an idle machine; tests share theirs."""
LINKS, KEEPERS = 10, 2
PAGES_WALKED = 60
BROKEN_OFF_AT = next(place for place, step in enumerate(STORY) if isinstance(step, Write))
"""The first paper made: samples were drawn before it, lists are compared after it."""
UNTOLD = {
    *("origin-succeeded.v1", "log-restored.v1", "reads-digested.v1"),
    "access-recovered.v1",
}
"""What no story can tell: a log lost and restored, and what people read while it is played."""


class Demonstration:
    """A running demonstration: its process, its home, and callers by the entries of tokens.json."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.home = home
        self.output = home.parent / f"{self.port}.out"
        self._out = self.output.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.demo.run", "--port", str(self.port)],
            cwd=ROOT,
            env=environment(home),
            stdout=self._out,
            stderr=subprocess.STDOUT,
        )
        self.story: list[dict[str, Any]] = []

    def wait(self, path: str, limit: float) -> float:
        """Seconds until the path answers 200; fails when the process ends or the limit passes."""
        began = time.monotonic()
        while (spent := time.monotonic() - began) < limit:
            assert self.process.poll() is None, self.output.read_text()
            try:
                if httpx.get(self.url(path), timeout=5).status_code == 200:
                    return spent
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{path} did not answer: {self.output.read_text()}")

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def tokens(self) -> dict[str, str]:
        """What tokens.json holds."""
        found: dict[str, str] = json.loads((self.home / "tokens.json").read_text())
        return found

    def get(self, who: str, path: str) -> Any:
        """What somebody reads at a path."""
        answer = httpx.get(self.url(path), headers=self._bearer(who), timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, who: str, path: str, body: dict[str, Any]) -> Any:
        """What somebody's command is answered."""
        answer = httpx.post(self.url(path), headers=self._bearer(who), json=body, timeout=30)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def upload(self, who: str, file: Path) -> Any:
        """What the import of a bank file is answered."""
        answer = httpx.post(
            self.url("/v1/statements/import"),
            headers=self._bearer(who),
            files={"file": (file.name, file.read_bytes())},
            timeout=30,
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def facts(self) -> list[dict[str, Any]]:
        """Every fact of the log, as the auditor reads the feed."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["position"] if found else -1
            page = self.get("auditor", f"/v1/facts?limit=1000&after={after}")["facts"]
            found += page
            if len(page) < 1000:
                return [item["fact"] for item in found]

    def stop(self, number: signal.Signals) -> int:
        """End the process with a signal; its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(30)
        self._out.close()
        return code

    def leave(self) -> None:
        """End the process if it still runs, whatever became of the test."""
        if self.process.poll() is None:
            assert self.stop(signal.SIGINT) == 0
        self._out.close()

    def _bearer(self, who: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens()[who]}"}


@contextmanager
def running(home: Path) -> Iterator[Demonstration]:
    """A demonstration in a home, from the moment its page answers; gone afterwards."""
    shown = Demonstration(home)
    try:
        shown.wait("/", ANSWERS_WITHIN)
        yield shown
    finally:
        shown.leave()


def environment(home: Path) -> dict[str, str]:
    """The environment with nothing of zhiheng's but the home and no limit of rate."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIHENG_")}
    ours = {"ZHIHENG_HOME": str(home), "ZHIHENG_RATE": "0"}
    return {**kept, **ours, "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder with a short path, for the homes of this module."""
    made = Path(tempfile.mkdtemp(prefix="zh-demo-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def played(folder: Path) -> Iterator[Demonstration]:
    """A demonstration whose story is complete."""
    with running(folder / "played") as shown:
        # Read before the story can be over: it has to be there when the page answers.
        early = shown.tokens()
        shown.wait("/readyz", COMPLETE_WITHIN)
        assert shown.tokens() == early
        shown.story = shown.facts()
        yield shown


_RAW: Final = re.compile(
    r"(?<![\w/.#-])[a-z]+(?:[-_][a-z0-9]+)+(?![\w/])|[0-9a-f]{8}-[0-9a-f]{4}-|\bfen\b"
)
"""Stored codes, ids and the ledger's own unit of money, which no page shows to people."""
_AS_RECORDED: Final = re.compile(r"虚构|made-up|charset=")
"""Texts of the story itself, and media types, stand as they were written."""


@pytest.mark.parametrize("who", ["auditor", "finance", "centre", "bureau", "inventor"])
def test_no_page_of_the_story_shows_codes_or_leads_nowhere(played: Demonstration, who: str) -> None:
    headers = {"authorization": f"Bearer {played.tokens()[who]}", "accept": "text/html"}

    def get(path: str) -> tuple[int, str, str]:
        answer = httpx.get(played.url(path), headers=headers, timeout=60)
        return answer.status_code, answer.headers.get("content-type", ""), answer.text

    seen = 0
    for path, page in walk(get, PAGES_WALKED):
        raw = [w for w in page.words if _RAW.search(w) and not _AS_RECORDED.search(w)]
        assert not raw, (path, raw[:5])
        seen += 1
    assert seen >= (4 if who == "inventor" else 20)


@pytest.fixture(scope="module")
def tape(played: Demonstration) -> Tape:
    """The story as readings see it."""
    entries = [orjson.dumps(fact, option=orjson.OPT_SORT_KEYS) for fact in played.story]
    return Tape.empty().extended(rows_of(entries))


def rows(shown: Demonstration, who: str, view: str, as_of: str) -> list[dict[str, Any]]:
    """The rows of a view on a day."""
    found: list[dict[str, Any]] = shown.get(who, f"/v1/views/{view}?as_of={as_of}")["rows"]
    return found


def awarded_fen(shown: Demonstration, fund: str, as_of: str) -> int:
    """The sum of awards of a fund as the auditor reads its ledger on a day, in fen."""
    found = rows(shown, "auditor", "reward-fund", as_of)
    return sum(row["awarded_fen"] for row in found if row["fund"] == fund)


def test_tokens_json_holds_every_token_and_only_its_owner_can_read_it(
    played: Demonstration,
) -> None:
    file = played.home / "tokens.json"
    assert list(played.tokens()) == list(TOKEN_HOLDERS)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for who in TOKEN_HOLDERS:
        played.get(who, "/v1/facts?limit=1")


def test_a_sign_in_link_is_printed_for_each_of_ten_and_opens_the_page(
    played: Demonstration,
) -> None:
    links = re.findall(r"http://\S+/sign-in\?token=\S+", played.output.read_text())
    assert len(links) == LINKS
    address, secret = links[0].split("?token=")
    with httpx.Client(headers={"origin": played.url("")}) as browser:
        answer = browser.post(address, data={"token": secret})
        assert answer.status_code == 303
        assert browser.get(played.url("/")).status_code == 200


def test_the_story_tells_every_type_of_fact_from_2018_to_2024(played: Demonstration) -> None:
    facts = played.facts()
    told = {fact["type"] for fact in facts}
    assert told | UNTOLD == {kind.TOPIC for item in DECLARATIONS for kind in item.facts}
    assert told | UNTOLD == {kind.TOPIC for kind in FACTS}
    assert 4_600 <= len(played.story) <= 5_200
    assert facts[0]["payload"]["clock"] == "simulated"
    assert facts[0]["recorded"] < "2018-07"
    assert "2024-12-31T00" < facts[-1]["recorded"] < "2025"


def test_three_universities_and_an_institute_have_facts_in_each_of_three_years(
    played: Demonstration,
) -> None:
    kinds = Counter(HOUSES[house].kind for house in EXAMPLES)
    assert kinds == {"university": 3, "research-institute": 1}
    told = Counter((fact["institution"], fact["effective"][:4]) for fact in played.story)
    for house in EXAMPLES:
        for year in ("2022", "2023", "2024"):
            assert told[HOUSES[house].id, year] > 80, (house, year)


def test_every_view_has_rows_at_the_end(tape: Tape) -> None:
    moment = moment_of(tape)
    given = {"fund": FUND_2022, "subject": WAITING_DEAL.id}
    empty = [
        view.name
        for view in VIEWS
        if view.build(tape, moment, {name: given[name] for name in view.needs}).collect().is_empty()
    ]
    assert empty == []


def test_findings_stand_at_every_stage_and_are_closed_in_every_way(
    played: Demonstration,
) -> None:
    found = rows(played, "auditor", "findings", "2024-12-31")
    assert {row["stage"] for row in found} == set(get_args(Stage)) - {""}
    outcomes = get_args(FindingClosed.model_fields["outcome"].annotation)
    assert {row["outcome"] for row in found} == {None, *outcomes}
    overdue = {row["stage"] for row in found if row["overdue"]}
    assert overdue == {"raised", "not-mended"}


def test_the_finding_of_the_sample_names_the_receipt_that_is_wrong_and_the_fact(
    played: Demonstration,
) -> None:
    drawn = rows(played, "auditor", "samples", "2024-12-31")
    sample = next(row for row in drawn if row["sample"] == SAMPLE)
    assert sample["misstated_fen"] > 0
    assert sample["exceeds"]
    items = rows(played, "auditor", "sample-items", "2024-12-31")
    (wrong,) = [row for row in items if row["misstated_fen"]]
    found = rows(played, "auditor", "findings", "2024-12-31")
    (finding,) = [row for row in found if row["sample"] == SAMPLE]
    assert finding["about"] == [json.loads(wrong["key"])["receipt"]]
    fact = played.story[finding["positions"][0]]
    assert fact["type"] == "receipt-claimed.v1"
    assert fact["payload"]["receipt"] == finding["about"][0]


def test_the_sample_is_drawn_again_to_the_same_rows(played: Demonstration, tape: Tape) -> None:
    (payload,) = [
        fact["payload"]
        for fact in played.story
        if fact["type"] == "sample-drawn.v1" and fact["payload"]["sample"] == SAMPLE
    ]
    told = payload["population"]
    view = next(view for view in VIEWS if view.name == told["view"])
    filters = {choice["name"]: choice["value"] for choice in told["filters"]}
    again = population(
        Kept(),
        tape.prefix(told["known_at"]),
        view,
        filters,
        date.fromisoformat(told["as_of"]),
        amount=told["amount"],
        strata=None,
    )
    assert again.population.model_dump(mode="json") == told


def test_documents_kept_are_read_as_they_were_brought(played: Demonstration) -> None:
    kept = rows(played, "auditor", "evidence", "2024-12-31")
    assert len({row["media_type"] for row in kept}) == 3
    store = EvidenceStore(played.home / "evidence")
    for row in kept:
        assert len(store.read(row["sha256"])) == row["size_bytes"]


def test_a_correction_went_into_a_month_opened_again_and_a_late_refund_after_the_closing(
    played: Demonstration,
) -> None:
    said = rows(played, "auditor", "periods", "2024-12-31")
    assert [row["first"] for row in said if not row["closed"]] == ["2022-12-01"]
    assert sum(row["days_in_force"] for row in said) == 365 + 365
    (late,) = rows(played, "auditor", "facts-after-closing", "2024-12-31")
    assert (late["fact"], late["posts_on"]) == ("receipt-refunded.v1", "2023-07-01")


def test_every_figure_has_entries_in_the_three_years(tape: Tape) -> None:
    kept, end = Kept(), moment_of(tape).as_of
    years = [Period.parse(str(year)) for year in (2022, 2023, 2024)]
    silent = [
        figure.name
        for figure in INDICATORS
        if all(entries_of(figure, kept, tape, end, year).is_empty() for year in years)
    ]
    assert silent == []


def test_the_matrix_of_clauses_shows_every_status_there_is(tape: Tape) -> None:
    cells = matrix(tape, moment_of(tape), GBT33251_2016).collect()
    ours = cells.filter(pl.col("institution").is_in([HOUSES[house].id for house in EXAMPLES]))
    assert set(ours["status"]) == {str(status) for status in Status}


@pytest.mark.parametrize("code", ["D04", "D10"])
def test_what_was_received_in_2022_changed_in_2023_for_more_than_one_reason(
    tape: Tape, code: str
) -> None:
    kept, figure, year = Kept(), INDICATORS_BY_NAME[code], Period.parse("2022")
    end = date(2023, 12, 31)
    earlier = tape.prefix(size_at(tape, date(2023, 1, 31)))
    later = tape.prefix(size_at(tape, end))
    before = entries_of(figure, kept, earlier, end, year)
    after = entries_of(figure, kept, later, end, year)
    changes = restated(before, after, earlier, later)
    assert {Cause.LATE, Cause.CORRECTED, Cause.REVERSED} <= set(changes["cause"])
    assert sum(changes["change"]) == sum(after["value"]) - sum(before["value"])


def test_all_that_is_made_up_says_so_and_the_real_deals_name_their_sources(
    played: Demonstration,
) -> None:
    facts = _without_links(played.facts())
    kinds = [{item["kind"] for item in fact["evidence"]} for fact in facts]
    bare = {fact["type"] for fact, kind in zip(facts, kinds, strict=True) if not kind}
    computed = {"heads-recorded.v1", "signing-key-adopted.v1"}
    assert bare <= {"statement-imported.v1", "token-revoked.v1", *computed}
    reported = {
        fact["type"] for fact, kind in zip(facts, kinds, strict=True) if "public-report" in kind
    }
    assert reported == {
        "counterparty-registered.v1",
        "license-granted.v1",
        "equity-contributed.v1",
        "assignment-agreed.v1",
    }


def _without_links(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Facts without those that give a link: a token of the own, or proposed and confirmed."""
    links = {
        fact["payload"]["token"]
        for fact in facts
        if fact["type"] in ("token-issued.v1", "right-proposed.v1")
        and fact["payload"]["purpose"] == "sign-in"
    }
    given = links | {f"proposal:{token}" for token in links}
    return [
        fact
        for fact in facts
        if not {fact["payload"].get("token"), fact["payload"].get("proposal")} & given
    ]


def test_no_name_account_or_remittance_of_the_vault_stands_in_any_fact(
    played: Demonstration,
) -> None:
    told = json.dumps(played.facts(), ensure_ascii=False)
    private = {
        str(step.body[field])
        for step in STORY
        if isinstance(step, Do)
        for field in BY_NAME[step.command].command.PRIVATE
        if field in step.body
    }
    firms = {
        str(step.body["name"])
        for step in STORY
        if isinstance(step, Do) and step.command == "counterparty.register"
    }
    for step in STORY:
        if isinstance(step, TakeIn):
            lines = read_statement(step.data, step.filename).lines
            private |= {text for line in lines for text in texts_of(line).values()}
    private = {text for text in private - firms if len(text) > 1}
    assert len(private) > 50
    assert sorted(text for text in private if text in told) == []


def test_the_cap_of_2022_is_met_to_the_fen_and_never_passed(played: Demonstration) -> None:
    exposure = 0
    for fact in played.facts():
        if fact["type"] == "reward-awarded.v1" and fact["payload"]["fund"] == FUND_2022:
            exposure += fact["payload"]["amount_fen"]
            assert exposure <= 350_000_000
    assert exposure == 350_000_000
    assert awarded_fen(played, FUND_2022, "2022-10-30") == 0
    assert awarded_fen(played, FUND_2022, "2022-10-31") == 297_001_330
    assert awarded_fen(played, FUND_2022, "2022-12-31") == 350_000_000


def test_what_is_left_can_be_done_by_hand_with_the_tokens(played: Demonstration) -> None:
    imported = played.upload("finance", played.home / "demo-statement.csv")
    assert (imported["accepted"], imported["rejected"]) == (4, 0)
    waiting = played.get("finance", "/v1/desk/unclaimed")["lines"]
    line = next(line for line in waiting if line["amount_fen"] == 600_000_000)
    claim = {"receipt": line["receipt"], "payer": line["suggested"][0]}
    played.post("finance", "/v1/receipts/claim", claim)
    due = next(
        row
        for row in rows(played, "finance", "receivables", "2024-12-31")
        if row["contract"] == WAITING_DEAL.id and row["number"] == 2
    )
    assert due["open_fen"] == 600_000_000
    part = {
        "contract": due["contract"],
        "instalment": due["number"],
        "purpose": due["purpose"],
        "amount_fen": due["open_fen"],
    }
    played.post("finance", "/v1/receipts/allocate", {"receipt": line["receipt"], "parts": [part]})

    assert awarded_fen(played, FUND_OPEN, "2024-12-31") == 800_000
    played.post("bureau", "/v1/rewards/award", {"claims": [WAITING.id]})
    assert awarded_fen(played, FUND_OPEN, "2025-01-01") == 800_000 + WAITING.awarded_fen
    assert awarded_fen(played, FUND_OPEN, "2024-08-04") == 0


def test_a_second_start_finds_everything_as_it_was(played: Demonstration) -> None:
    before, tokens = played.facts(), (played.home / "tokens.json").read_bytes()
    assert played.stop(signal.SIGINT) == 0
    assert not (played.home / "postgres" / "postmaster.pid").exists()

    with running(played.home) as again:
        again.wait("/readyz", COMPLETE_WITHIN)
        after = again.facts()
        assert (played.home / "tokens.json").read_bytes() == tokens
        assert again.stop(signal.SIGTERM) == 0
    assert after[: len(before)] == before
    assert not _without_links(after[len(before) :])
    assert len(after) == len(before) + KEEPERS + 3 * (LINKS - KEEPERS)
    assert after[-1]["recorded"] < "2025-01-02"
    assert len(re.findall(r"/sign-in\?token=", again.output.read_text())) == LINKS


def test_a_story_broken_off_by_kill_goes_on_where_it_was(
    folder: Path, played: Demonstration
) -> None:
    with running(folder / "killed") as shown:
        waiting = _asked_until(shown, BROKEN_OFF_AT)
        assert waiting.status_code == 503
        assert waiting.json()["played"] < waiting.json()["steps"] == len(STORY)
        told = shown.facts()
        shown.stop(signal.SIGKILL)
    # Whoever loses the file gets another one, which has to outlast the years still to be told.
    (folder / "killed" / "tokens.json").unlink()

    with running(folder / "killed") as again:
        again.wait("/readyz", COMPLETE_WITHIN)
        whole = again.facts()
    assert whole[: len(told)] == told
    words = Counter(fact["type"] + json.dumps(fact["payload"]) for fact in whole)
    assert set(words.values()) == {1}
    assert _without_tokens(whole) == _without_tokens(played.story)
    for facts in (whole, played.story):
        pinned = [(fact["payload"]["of"], fact["payload"]["day"]) for fact in facts if _pins(fact)]
        assert sorted(pinned) == sorted(_days_over(facts)), "heads were lost or doubled"


def _pins(fact: dict[str, Any]) -> bool:
    return bool(fact["type"] == "heads-recorded.v1")


def _days_over(facts: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Institutions with the days, but the last, on which they had facts that ask for heads."""
    days = [business_day(datetime.fromisoformat(fact["recorded"])) for fact in facts]
    return {
        (fact["institution"], day.isoformat())
        for fact, day in zip(facts, days, strict=True)
        if day < days[-1] and fact["type"] not in ("heads-recorded.v1", "reads-digested.v1")
    }


def _asked_until(shown: Demonstration, played: int) -> httpx.Response:
    """What the demonstration answers of itself once so many steps were played."""
    while True:
        answer = httpx.get(shown.url("/readyz"), timeout=5)
        if answer.json()["played"] > played:
            return answer
        time.sleep(0.02)


def _without_tokens(facts: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """What was told, in its order, but for receipts' ids and commitments, which chance makes.

    Tokens issued anew have heads of their own days, and what this test read is pinned too.
    """
    left_out = (
        *("token-issued.v1", "heads-recorded.v1", "reads-digested.v1"),
        *("right-proposed.v1", "right-confirmed.v1"),
    )
    return [
        (fact["type"], fact["effective"], fact["institution"])
        for fact in facts
        if fact["type"] not in left_out
    ]


def test_a_home_with_a_real_clock_is_refused_and_nothing_is_written(folder: Path) -> None:
    home = folder / "real"
    settings = demo_settings({"ZHIHENG_HOME": str(home)})
    with open_home(settings) as opened, Scribe(opened.service_url, opened.clock) as scribe:
        body = {
            "origin": "real.example/ledger",
            "clock": "real",
            "administrator": actor(ADMINISTRATOR),
            "person": person(ADMINISTRATOR),
            "security_administrator": actor(SECURITY),
            "security_person": person(SECURITY),
        }
        scribe.handle(opened.door.admit("log.open", body, actor(ADMINISTRATOR)))
    names = sorted(path.name for path in home.iterdir())

    _is_refused(home)

    assert sorted(path.name for path in home.iterdir()) == names
    with open_home(settings) as opened:
        assert read_head(opened.service_url).size == 3


def test_a_folder_that_is_no_home_is_refused_and_left_alone(folder: Path) -> None:
    home = folder / "papers"
    home.mkdir()
    (home / "letter.txt").write_text("mine")
    _is_refused(home)
    assert [path.name for path in home.iterdir()] == ["letter.txt"]


def _is_refused(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api.demo.run", "--port", "0"],
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert "演示" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
