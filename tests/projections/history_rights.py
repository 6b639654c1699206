"""Steps of histories about firms, results and rights; nothing where a step makes no sense."""

from collections.abc import Mapping
from typing import Any, Final

from ledger import facts
from ledger.facts import Fact
from ledger.policies.sme_2011 import Size
from tests.projections import facts_given as given
from tests.projections import portfolio_given as portfolio
from tests.projections.history_state import FIRMS, PATENTS, History, Tell, day_of, pick
from tests.projections.tape_builder import ALPHA, BETA

_TAGS: Final = ("award", "overseas-family")


def _size(h: History, a: int, b: int) -> Fact:
    size = given.size(day_of(b), (Size.SMALL, Size.LARGE)[b % 2])
    return size.model_copy(update={"counterparty": FIRMS[a % 2]})


def _disclose(h: History, a: int, b: int) -> Fact | None:
    number = h.told[facts.DisclosureSubmitted] + 1
    return given.disclosed(number, day_of(b)) if number < 4 else None


def _assess(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.DisclosureSubmitted), a)
    return found and facts.PrefilingAssessed(
        disclosure=found.disclosure, verdict="file", assessor=None, on=day_of(b)
    )


def _accept(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.DisclosureSubmitted), a)
    return found and facts.DisclosureAccepted(disclosure=found.disclosure, on=day_of(b))


def _file(h: History, a: int, b: int) -> Fact | None:
    number = h.told[facts.PatentFiled]
    if number >= len(PATENTS):
        return None
    result = pick(h.of(facts.DisclosureSubmitted), a)
    kind = "invention" if PATENTS[number][11] == "1" else "utility-model"
    fact = given.filed(PATENTS[number], day_of(b), kind)
    owners = (ALPHA, BETA) if a % 2 else (ALPHA,)
    return fact.model_copy(
        update={"owners": owners, "disclosure": result.disclosure if result else None}
    )


def _turn(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.PatentFiled), a)
    turns: tuple[Any, ...] = ("granted", "granted", "lapsed", "restored", "partly")
    return found and given.patent_turn(turns[(a + b) % 5], day_of(b), found.patent)


def _tag(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.PatentFiled), a)
    make = (portfolio.tagged, portfolio.tagged, portfolio.untagged)[(a + b) % 3]
    return found and make(_TAGS[b % 2], day_of(b), found.patent)


def _abroad(h: History, a: int, b: int) -> Fact | None:
    found = pick(h.of(facts.PatentFiled), a)
    number = h.told[facts.ForeignFiled] + h.told[facts.PctFiled] + 1
    if found is None:
        return None
    if b % 2:
        return portfolio.pct_filed(number, day_of(b), found.patent)
    return portfolio.foreign_filed(number, "US", day_of(b), found.patent)


def _claim_number(h: History, a: int, b: int) -> None:
    """The second institution claims a number of the first alone."""
    found = pick([each for each in h.of(facts.PatentFiled) if each.owners == (ALPHA,)], a)
    known = {each.patent for each in h.of(facts.NumberClaimed)}
    if found is not None and found.patent not in known:
        claimed = given.number_claimed(BETA, day_of(b), found.patent, found.kind)
        h.tell(claimed, BETA)


def _prove_number(h: History, a: int, b: int) -> None:
    claimed = pick(h.of(facts.NumberClaimed), a)
    if claimed is not None:
        of_claim = b % 2 == 0
        proven = given.number_proven(claimed, day_of(b), of_claim=of_claim)
        h.tell(proven, BETA if of_claim else ALPHA)


def _settle_number(h: History, a: int, b: int) -> None:
    claimed = pick(h.of(facts.NumberClaimed), a)
    if claimed is None:
        return
    holder = (ALPHA, BETA)[b % 2]
    filed = [each for each in h.of(facts.PatentFiled) if each.patent == claimed.patent]
    for fact, institution in zip(
        given.number_settled(claimed, holder, day_of(a)), (ALPHA, BETA), strict=True
    ):
        h.tell(fact, institution)
    if holder == BETA and all(each.owners != (BETA,) for each in filed):
        stated = {name: getattr(claimed, name) for name in facts.PatentFiled.model_fields}
        h.tell(facts.PatentFiled(**stated), BETA)


RIGHTS: Final[Mapping[str, Tell]] = {
    "size": _size,
    "disclose": _disclose,
    "assess": _assess,
    "accept": _accept,
    "file": _file,
    "turn": _turn,
    "tag": _tag,
    "abroad": _abroad,
    "claim-number": _claim_number,
    "prove-number": _prove_number,
    "settle-number": _settle_number,
}
