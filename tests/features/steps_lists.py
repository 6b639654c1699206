"""Steps about lists that offices keep: patents, contracts, registrations, arrivals."""

import csv
import io

from api.lists.intake import Asked
from api.lists.words import row_note, verdict_word
from tests.features.city import City
from tests.features.phrases import deed, finding
from tests.features.tables import Table


def _file(table: Table) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([[cell.replace("\\n", "\n") for cell in row] for row in table])
    return text.getvalue().encode("gb18030")


@deed("{who}预览名单")
def looks_at_list(city: City, who: str, datatable: Table) -> None:
    city.bring_list(who, Asked(_file(datatable), "名单.csv"), dry_run=True)


@deed("{who}导入名单")
def takes_list_in(city: City, who: str, datatable: Table) -> None:
    city.bring_list(who, Asked(_file(datatable), "名单.csv"))


@deed("{who}导入名单，只接收合格的行")
def takes_good_rows_in(city: City, who: str, datatable: Table) -> None:
    city.bring_list(who, Asked(_file(datatable), "名单.csv", accept_good=True))


@deed("{who}导入名单，一并主张其他机构登记的专利")
def takes_list_in_with_claims(city: City, who: str, datatable: Table) -> None:
    city.bring_list(who, Asked(_file(datatable), "名单.csv", claim_numbers=True))


@deed("{who}导入名单，说明列“{title}”是申请号")
def takes_list_in_by_hand(city: City, who: str, title: str, datatable: Table) -> None:
    titles = {title: "patent"}
    city.bring_list(who, Asked(_file(datatable), "名单.csv", titles=titles))


@deed("{who}导入名单，说明“{name}”是单位")
def takes_list_in_with_organisation(city: City, who: str, name: str, datatable: Table) -> None:
    marks = {name: "organisation"}
    city.bring_list(who, Asked(_file(datatable), "名单.csv", titles=marks))


@deed("{who}导入账户“{account}”的到款清单")
def takes_arrivals_in(city: City, who: str, account: str, datatable: Table) -> None:
    asked = Asked(_file(datatable), "到款.csv", account=city.id(account))
    city.bring_list(who, asked)


@finding("名单各行为")
def rows_come_to(city: City, datatable: Table) -> None:
    """Row by row: number and outcome, and what is said of it where the table asks for that."""
    assert city.listed is not None
    head, *expected = datatable
    found = []
    for verdict in city.listed.verdicts:
        told = {
            "编号": verdict.key,
            "结果": verdict_word(verdict.verdict, "zh"),
            "说明": row_note(city.listed.kind.code, verdict, "zh"),
        }
        found.append([told[title] for title in head])
    assert len(found) == len(expected), found
    for row, wanted in zip(found, expected, strict=True):
        assert all(part in cell for cell, part in zip(row, wanted, strict=True)), (row, wanted)
