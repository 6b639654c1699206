"""Exports of registered technology contracts, laid beside the contracts the log holds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from api.desk import plain_name
from api.lists.cells import need, need_day, read_fen
from api.lists.known import Contract, last
from api.lists.results import Cell, CellRefused, Difference, RowVerdict, Step, cell_fault
from api.lists.tables import ListTable
from ledger.facts.contracts import TechnologyContractRegistered
from ledger.money import plain_yuan

_CATEGORIES = (
    ("许可", "license"),
    ("转让", "assignment"),
    ("开发", "development"),
    ("咨询", "consulting"),
    ("服务", "service"),
)


def compared(
    table: ListTable,
    institution: str,
    by_number: Mapping[str, Sequence[Contract]],
    today: date,
) -> Iterator[RowVerdict]:
    """Each row beside the log; the contract is found by its number."""
    sheet = table.head.sheet
    first: dict[str, int] = {}
    for row, cells in table.rows():
        shown = cells["registration"].text
        try:
            plain = plain_name(need(cells["registration"]))
            if plain in first:
                told = str(first[plain])
                raise CellRefused("number_is_there_twice", cells["registration"], first=told)
            first[plain] = row
            contract = _contract(cells["number"], by_number)
            yield _beside(row, contract, _listed(cells, today), institution)
        except CellRefused as refused:
            yield RowVerdict(row, shown, "rejected", faults=(cell_fault(sheet, refused),))


def _contract(cell: Cell, by_number: Mapping[str, Sequence[Contract]]) -> Contract:
    known = by_number.get(plain_name(need(cell)), ())
    if len(known) != 1:
        raise CellRefused("contract_is_ambiguous" if known else "contract_is_not_known", cell)
    return known[0]


def _listed(cells: Mapping[str, Cell], today: date) -> dict[str, str | int]:
    category = _category(cells["category"])
    total, technical = read_fen(cells["total"]), read_fen(cells["technical"])
    if technical > total:
        raise CellRefused("part_exceeds_total", cells["technical"])
    return {
        "registration": need(cells["registration"]),
        "category": category,
        "total_fen": total,
        "technical_fen": technical,
        "on": need_day(cells["on"], today).isoformat(),
    }


def _category(cell: Cell) -> str:
    text = need(cell)
    found = [code for word, code in _CATEGORIES if word in text]
    # The category 技术转让(许可) of the old forms is a license.
    if not found or (len(found) > 1 and found != ["license", "assignment"]):
        raise CellRefused("category_is_not_known", cell)
    return found[0]


def _beside(
    row: int, contract: Contract, listed: dict[str, str | int], institution: str
) -> RowVerdict:
    key = str(listed["registration"])
    known = last(contract.history, TechnologyContractRegistered)
    if not isinstance(known, TechnologyContractRegistered):
        body = {"institution": institution, "contract": contract.subject, **listed}
        return RowVerdict(row, key, "new", (Step("technology-contract.register", body),))
    logged = known.model_dump(mode="json", include=set(listed))
    differences = tuple(
        Difference(field.removesuffix("_fen"), _shown(field, value), _shown(field, logged[field]))
        for field, value in listed.items()
        if value != logged[field]
    )
    return RowVerdict(
        row, key, "conflicting" if differences else "unchanged", differences=differences
    )


def _shown(field: str, value: str | int) -> str:
    return plain_yuan(int(value)) if field.endswith("_fen") else str(value)
