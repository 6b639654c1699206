"""Patent numbers that two houses say they hold: one the bureau settled, one it has not yet."""

from collections.abc import Iterator

from api.demo.story.people import HOUSES
from api.demo.story.steps import SYNTHETIC, Body, Do, made_up_patent, on
from ledger.facts.patents import OFFICE_RECORD
from ledger.number_claims import claim_id

_SETTLED, _OPEN = made_up_patent(2023, 9_001, "2"), made_up_patent(2023, 9_002, "2")
_RECORD: tuple[Body, ...] = (*SYNTHETIC, {"kind": OFFICE_RECORD, "source": "登记簿副本(虚构)"})


def _contested(patent: str, first: str, second: str) -> Iterator[Do]:
    """One house registers a number, another claims it, and both show the office's record."""
    filing = {"patent": patent, "title": "一种共用夹具(虚构)", "filed": "2023-09-12"}
    yield Do(on("2024-03-04"), f"{first}/centre", "patent.file", filing)
    yield Do(on("2024-04-08"), f"{second}/centre", "patent.claim-number", filing)
    for day, house in (("2024-04-16", second), ("2024-05-09", first)):
        about = {"patent": patent}
        yield Do(on(day), f"{house}/centre", "patent.prove-number", about, _RECORD)


def _disputed() -> Iterator[Do]:
    yield from _contested(_SETTLED, "jia", "yi")
    yield from _contested(_OPEN, "bing", "ding")
    about = {"claim": claim_id(_SETTLED, HOUSES["yi"].id)}
    grounds = {"holder": HOUSES["yi"].id, "grounds": "以登记簿副本所载权利人为准(虚构)"}
    yield Do(on("2024-06-11"), "bureau/clerk", "patent.propose-settlement", about | grounds)
    yield Do(on("2024-06-18"), "bureau/approver", "patent.settle-number", about)


DISPUTED: tuple[Do, ...] = tuple(_disputed())
