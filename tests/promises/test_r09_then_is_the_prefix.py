"""R9: an answer at (as of, known at) is that of a ledger which holds no more than was known.

And what cannot be answered as asked is an error: never an empty table, never another question's
answer.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.postgres import EmbeddedServer, Logins
from projections.figures import Indicator, entries_of, reduced
from projections.indicators import INDICATORS
from projections.period import Period
from projections.reader import Reader
from projections.view import View
from projections.views import VIEWS
from tests.api.http_house import Browser, House, open_house
from tests.projections.test_reader import append
from tests.promises.conftest import fresh_ledger
from tests.promises.readings import all_readings, kept

PERIODS = ("2021", "2022", "2022Q3", "2022-06-15..2023-06-14", "2024")


def test_readings_at_a_moment_are_those_of_a_ledger_with_that_prefix_alone(
    server: EmbeddedServer, migrated: str, ledger: Logins, demonstration: tuple[bytes, ...]
) -> None:
    chance = random.Random(9)
    sizes = sorted(chance.sample(range(1, len(demonstration)), 6))
    append_all(ledger.service, demonstration)
    with (
        fresh_ledger(server, migrated) as then,
        Reader(then.service) as in_that_past,
        Reader(ledger.service) as today,
    ):
        today.tape()
        held = 0
        for size in sizes:
            append_all(then.service, demonstration[held:size])
            held = size
            prefix, whole = today.tape(known_at=size), in_that_past.tape()
            assert whole.size == size
            as_of = date(2021, 6, 1) + timedelta(days=chance.randrange(1_300))
            for reading, day in chance.sample(all_readings(as_of, *PERIODS), 40):
                asked = kept(today.kept, reading, prefix, day)
                assert asked == kept(in_that_past.kept, reading, whole, day), (reading.name, day)
            for indicator in chance.sample(INDICATORS, 15):
                period = Period.parse(chance.choice(PERIODS))
                entries, there = (
                    entries_of(indicator, reader.kept, tape, as_of, period)
                    for reader, tape in ((today, prefix), (in_that_past, whole))
                )
                assert entries.equals(there), indicator.name
                figures = (reduced(rows, indicator.reducer, ()) for rows in (entries, there))
                assert next(figures).equals(next(figures)), indicator.name


def append_all(url: str, entries: tuple[bytes, ...]) -> None:
    """Write ready entries, each as it was committed: at its own time."""
    append(url, list(entries))


@pytest.fixture(scope="module")
def house(
    server: EmbeddedServer, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    with fresh_ledger(server, migrated) as urls, open_house(urls, folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def auditor(house: House) -> Browser:
    """Somebody who may read everything, so that nothing but the question can be wrong."""
    return house.as_(house.auditor())


WRONG = {
    "colour=red": "parameter_is_unknown",
    "as_of=2022-02-30": "parameter_is_malformed",
    "as_of=2022-01-01&as_of=2022-01-02": "parameter_is_malformed",
    "known_at=yesterday": "parameter_is_malformed",
    "known_at=999999999": "known_at_lies_outside_the_log",
    "format=pdf": "parameter_is_malformed",
}
"""What no reading can answer, and the refusal that says so."""

OF_FIGURES = {
    "period=2022Q5": "parameter_is_malformed",
    "period=2022&variant=mine": "parameter_is_malformed",
    "period=2022&group=friends": "parameter_is_malformed",
    "period=2022&institution=institution:12100000425006133A": "subject_is_unknown",
    "": "parameter_is_missing",
}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_refuses_what_it_cannot_answer(auditor: Browser, view: View) -> None:
    needed = "".join(f"&{name}=log:main" for name in view.needs)
    for question, code in WRONG.items():
        need_refused(auditor, f"/v1/views/{view.name}?{question}{needed}", code)
    for name in {name for each in VIEWS for name in each.filters} - {*view.filters, *view.needs}:
        need_refused(auditor, f"/v1/views/{view.name}?{name}=x{needed}", "parameter_is_unknown")
    if view.needs:
        need_refused(auditor, f"/v1/views/{view.name}", "parameter_is_missing")


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.name)
def test_a_figure_refuses_what_it_cannot_answer(auditor: Browser, indicator: Indicator) -> None:
    path = f"/v1/indicators/{indicator.code}"
    variant = f"&variant={indicator.variant}" if indicator.variant else ""
    for question, code in WRONG.items():
        need_refused(auditor, f"{path}?period=2022&{question}{variant}", code)
    for question, code in OF_FIGURES.items():
        if indicator.city_only and "institution" in question:
            code = "indicator_is_city_wide"
        mine = variant if "variant" not in question else ""
        need_refused(auditor, f"{path}?{question}{mine}", code)


def need_refused(auditor: Browser, path: str, code: str) -> None:
    """Asked like this, the door answers a problem of this code, and no rows."""
    answer = auditor.get(path)
    assert answer.status_code in (400, 404, 409, 422), (path, answer.text)
    assert answer.json()["code"] == code, (path, answer.text)
