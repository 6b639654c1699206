"""Contract registers as offices keep them: each row beside the contracts the log holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from api.desk import plain_name
from api.imports.cells import half_width
from api.lists.cells import need, need_day, read_code, read_day, read_fen, read_patents
from api.lists.instalments import read_instalments
from api.lists.known import Contract, ContractFact, History, file_of, last
from api.lists.results import Cell, CellRefused, Difference, RowVerdict, Step, cell_fault
from api.lists.tables import ListTable
from ledger.facts import AssignmentAgreed, EquityContributed, LicenseGranted, PatentFiled
from ledger.facts.contracts import ContractSigned
from ledger.money import plain_yuan

_EXCLUSIVITY = (("独占", "exclusive"), ("排他", "sole"), ("排它", "sole"), ("普通", "ordinary"))
_SERVICES = (("开发", "development"), ("咨询", "consulting"), ("服务", "service"))
_PURPOSES = {
    "assignment": "assignment-price",
    "development": "development-fee",
    "consulting": "service-fee",
    "service": "service-fee",
}


class Listed(NamedTuple):
    """What one row says of a contract; `kind` is an exclusivity, `assignment`, or a service."""

    number: str
    title: str
    kind: str
    counterparty: str
    patents: tuple[str, ...]
    signed: date
    starts: date
    ends: date | None
    amount_fen: int
    instalments: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ContractKnowledge:
    """What reading and comparing needs from the log."""

    institution: str
    by_number: Mapping[str, Sequence[Contract]]
    counterparties: Mapping[str, Sequence[str]]
    patents: Mapping[str, History]
    today: date


def patents_named(table: ListTable) -> set[str]:
    """Every patent that can be read in the list, to be looked up before it is compared."""
    found: set[str] = set()
    for _, cells in table.rows():
        if "patents" in cells and cells["patents"].text:
            try:
                found.update(f"patent:{number}" for number in read_patents(cells["patents"]))
            except CellRefused:
                continue
    return found


def compared(table: ListTable, knowledge: ContractKnowledge) -> Iterator[RowVerdict]:
    """Each row beside the log: a contract is known by its number within the institution."""
    sheet = table.head.sheet
    first: dict[str, int] = {}
    for row, cells in table.rows():
        number = cells["number"].text
        try:
            for field in ("number", "amount", "instalments"):
                if field in cells and cells[field].joined:
                    raise CellRefused("cell_is_merged", cells[field])
            plain = plain_name(need(cells["number"]))
            if plain in first:
                told = str(first[plain])
                raise CellRefused("number_is_there_twice", cells["number"], first=told)
            first[plain] = row
            yield _beside(row, _listed(cells, knowledge), knowledge)
        except CellRefused as refused:
            yield RowVerdict(row, number, "rejected", faults=(cell_fault(sheet, refused),))


def _listed(cells: Mapping[str, Cell], knowledge: ContractKnowledge) -> Listed:
    kind = _kind(cells)
    signed = need_day(cells["signed"], knowledge.today)
    starts = read_day(cells["starts"]) if "starts" in cells else None
    ends = read_day(cells["ends"]) if "ends" in cells else None
    if ends is not None and ends < (starts or signed):
        raise CellRefused("end_precedes_start", cells["ends"])
    amount_fen = read_fen(cells["amount"])
    instalments: list[dict[str, Any]] = []
    if "instalments" in cells:
        purpose = _PURPOSES.get(kind, "license-fee")
        instalments = read_instalments(cells["instalments"], amount_fen, signed, purpose)
    number = need(cells["number"])
    return Listed(
        number=number,
        title=cells["title"].text if "title" in cells and cells["title"].text else number,
        kind=kind,
        counterparty=_counterparty(cells, knowledge),
        patents=_patents(cells, kind, knowledge),
        signed=signed,
        starts=starts or signed,
        ends=ends,
        amount_fen=amount_fen,
        instalments=instalments,
    )


def _kind(cells: Mapping[str, Cell]) -> str:
    text = half_width(need(cells["kind"]))
    beside = cells["exclusivity"].text if "exclusivity" in cells else ""
    found = {code for word, code in _SERVICES if word in text}
    if "转让" in text:
        found.add("assignment")
    # 技术转让(许可) is how registers of the old law call a license.
    if "许可" in text or any(word in text for word, _ in _EXCLUSIVITY):
        found -= {"assignment"}
        ways = {code for word, code in _EXCLUSIVITY if word in text or word in beside}
        if len(ways) != 1:
            raise CellRefused("exclusivity_is_missing", cells["kind"])
        found |= ways
    if len(found) != 1:
        raise CellRefused("kind_is_not_known", cells["kind"])
    return found.pop()


def _counterparty(cells: Mapping[str, Cell], knowledge: ContractKnowledge) -> str:
    code = read_code(cells["code"]) if "code" in cells else None
    if code is not None:
        wanted = f"counterparty:{code}"
        if any(wanted in named for named in knowledge.counterparties.values()):
            return wanted
        raise CellRefused("counterparty_is_not_registered", cells["code"])
    if "counterparty" not in cells:
        raise CellRefused("cell_is_empty", cells["number"])
    named = knowledge.counterparties.get(plain_name(need(cells["counterparty"])), ())
    if len(named) != 1:
        rule = "counterparty_is_ambiguous" if named else "counterparty_is_not_registered"
        raise CellRefused(rule, cells["counterparty"])
    return named[0]


def _patents(cells: Mapping[str, Cell], kind: str, knowledge: ContractKnowledge) -> tuple[str, ...]:
    if kind in ("development", "consulting", "service"):
        return ()
    if "patents" not in cells:
        raise CellRefused("cell_is_empty", cells["kind"]._replace(text=""))
    found = tuple(f"patent:{number}" for number in read_patents(cells["patents"]))
    for patent in found:
        history = file_of(patent, knowledge.patents.get(patent, ()))
        filed = last(history, PatentFiled)
        recorders = {seen.institution for seen in history if seen.fact is filed}
        own = isinstance(filed, PatentFiled) and (
            knowledge.institution in recorders or knowledge.institution in filed.owners
        )
        if not own:
            number = patent.removeprefix("patent:")
            raise CellRefused("patent_is_not_known", cells["patents"], number)
    return found


def _beside(row: int, listed: Listed, knowledge: ContractKnowledge) -> RowVerdict:
    known = knowledge.by_number.get(plain_name(listed.number), ())
    if not known:
        step = _signing(listed, knowledge.institution)
        return RowVerdict(row, listed.number, "new", (step,))
    differences = tuple(_differences(listed, known[0].signed))
    if len(known) > 1:
        differences = (Difference("number", listed.number, f"{listed.number} × {len(known)}"),)
    verdict = RowVerdict(row, listed.number, "unchanged")
    if not differences:
        return verdict
    return RowVerdict(row, listed.number, "conflicting", differences=differences)


def _signing(listed: Listed, institution: str) -> Step:
    about: dict[str, Any] = {
        "institution": institution,
        "contract_number": listed.number,
        "counterparty": listed.counterparty,
        "signed": listed.signed.isoformat(),
    }
    if listed.kind == "assignment":
        price = {"price_fen": listed.amount_fen, "instalments": listed.instalments}
        return Step("assignment.agree", {**about, "patents": list(listed.patents), **price})
    if listed.kind in _PURPOSES:
        price = {"amount_fen": listed.amount_fen, "instalments": listed.instalments}
        return Step("contract.sign", {**about, "kind": listed.kind, "title": listed.title, **price})
    terms = {"patents": list(listed.patents), "terms": _terms(listed)}
    return Step("license.grant", {**about, **terms})


def _terms(listed: Listed) -> dict[str, Any]:
    payment = "instalments" if len(listed.instalments) > 1 else "fixed"
    return {
        "exclusivity": listed.kind,
        "territory": [],
        "field": None,
        "starts": listed.starts.isoformat(),
        "ends": listed.ends and listed.ends.isoformat(),
        "payment": payment if listed.amount_fen else "free",
        "fixed_fee_fen": listed.amount_fen,
        "entry_fee_fen": 0,
        "minimum_royalty_fen": 0,
        "royalty_rate": None,
        "royalty_base": None,
        "instalments": listed.instalments,
    }


def _differences(listed: Listed, signed: ContractFact) -> Iterator[Difference]:
    """Kind, other side, day, patents and amount; terms that a register does not hold are left."""
    told: list[tuple[str, str, str]] = []
    match signed:
        case LicenseGranted():
            terms = signed.terms
            amount = terms.fixed_fee_fen + terms.entry_fee_fen
            told = _told(listed, terms.exclusivity, signed.patents, signed.signed, amount)
        case AssignmentAgreed():
            told = _told(listed, "assignment", signed.patents, signed.signed, signed.price_fen)
        case ContractSigned():
            told = _told(listed, signed.kind, (), signed.signed, signed.amount_fen)
        case EquityContributed():
            told = _told(listed, "equity", signed.patents, signed.on, signed.amount_fen)
    told.append(("counterparty", listed.counterparty, signed.counterparty))
    yield from (Difference(*each) for each in told if each[1] != each[2])


def _told(
    listed: Listed, kind: str, patents: tuple[str, ...], day: date, amount_fen: int
) -> list[tuple[str, str, str]]:
    return [
        ("kind", listed.kind, kind),
        ("patents", _numbers(listed.patents), _numbers(patents)),
        ("signed", listed.signed.isoformat(), day.isoformat()),
        ("amount", plain_yuan(listed.amount_fen), plain_yuan(amount_fen)),
    ]


def _numbers(patents: tuple[str, ...]) -> str:
    return "、".join(sorted(patent.removeprefix("patent:") for patent in patents))
