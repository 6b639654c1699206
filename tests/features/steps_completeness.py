"""Steps about lists from elsewhere laid beside the ledger, and about what was read."""

import csv
import io
from datetime import date, timedelta

from api.completeness import AskedComparison, compare
from api.reads import digest_of, digests_due, digests_that_differ
from api.states import state_of
from ledger.actors import SEALER
from ledger.writers import Scribe
from projections.code_words import code_words
from tests.features.city import HOME_PLACE, City
from tests.features.phrases import deed, finding
from tests.features.tables import Table, view_called


def _compare(city: City, who: str, table: Table, first: str = "", last: str = "") -> None:
    head, *lines = table
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["专利号" if title == "专利" else title for title in head])
    writer.writerows(
        [city.id(cell).removeprefix("patent:") if cell in city.names else cell for cell in line]
        for line in lines
    )
    actor, _ = city.actor(who)
    asked = AskedComparison(
        text.getvalue().encode(),
        "备案清单.csv",
        "license-recordals",
        city.place(HOME_PLACE),
        first=date.fromisoformat(first) if first else None,
        last=date.fromisoformat(last) if last else None,
    )
    city.compared = compare(city.home, state_of(city.connection, actor), asked)


@deed("{who}把许可备案清单与台账比对")
def compares(city: City, who: str, datatable: Table) -> None:
    _compare(city, who, datatable)


@deed("{who}把 {first} 至 {last} 的许可备案清单与台账比对")
def compares_within(city: City, who: str, first: str, last: str, datatable: Table) -> None:
    _compare(city, who, datatable, first, last)


@finding("比对结果为")
def comparison_is(city: City, datatable: Table) -> None:
    assert city.compared is not None
    _, *wanted = datatable
    rows = city.compared.reading.rows.select("patent", "compared").iter_rows()
    found = [[city.name_of(patent), code_words("compared", code).zh] for patent, code in rows]
    assert sorted(found) == sorted(wanted), found


@deed("{who}查阅“{view}”")
def reads(city: City, who: str, view: str) -> None:
    actor, _ = city.actor(who)
    city.door.rows(view_called(view).name, actor, None, None, {})


@deed("日志固定前几日的查阅摘要")
def pins(city: City) -> None:
    for body in digests_due(city.connection, city.clock()):
        with Scribe(city.home.service_url, city.clock) as scribe:
            scribe.handle(city.home.door.admit("reads.digest", body, SEALER))


@finding("{day} 的查阅记录有 {count:d} 条，与摘要相符")
def pinned(city: City, day: str, count: int) -> None:
    on = date.fromisoformat(day)
    assert digest_of(city.connection, on).reads == count
    assert list(digests_that_differ(city.connection)) == []
    assert not list(digests_due(city.connection, city.clock() + timedelta(days=1)))
