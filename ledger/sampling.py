"""Drawing samples that anybody can draw again.

Chance comes from SHA-256 alone. Block n is the hash of `zhiheng-sample/1`, the population's digest
and the seed, each with its length in eight bytes before it, and of n in eight bytes; the blocks one
after another are read as 64-bit numbers, big-endian. A number below a bound is the remainder of the
next one that is not thrown away: those at or above the greatest multiple of the bound are.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from ledger.facts.audits import Layer, Method, SampleItem
from ledger.money import split
from ledger.policies.audit_sampling import factors

ITEMS_MAX: Final = 300
"""How many rows a sample may hold: it is one fact."""
LAYERS_MAX: Final = 100
WHOLE: Final = "whole"
TOP, REST = "top", "rest"
CERTAIN, SAMPLED, OUT_OF_REACH = "certain", "monetary-unit", "out-of-reach"
NO_STRATUM: Final = "—"
_WORD: Final = 1 << 64


class Unit(NamedTuple):
    """A row that can be drawn: its key, its book value in fen if there is one, its stratum."""

    key: str
    book_fen: int | None
    stratum: str | None = None


class Plan(NamedTuple):
    """What is asked of a draw; which of it a method takes is said by `faults`."""

    method: Method
    size: int | None = None
    top: int | None = None
    confidence: int | None = None
    tolerable_fen: int | None = None
    expected_fen: int | None = None


class Drawn(NamedTuple):
    """The rows drawn in the population's order, the layers, and the interval in fen if any."""

    items: tuple[SampleItem, ...]
    layers: tuple[Layer, ...]
    interval_fen: int | None = None


class Part(NamedTuple):
    """A layer under way: the places of its rows in the population, and those of them drawn."""

    name: str
    places: Sequence[int]
    drawn: Sequence[int]
    certain: bool = False


class CannotDraw(ValueError):
    """A plan that does not suit its method or its population; `rule` says which way."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        super().__init__(rule)


class Chance:
    """Numbers that follow from a seed and a population's digest, each as likely as any other."""

    def __init__(self, digest: str, seed: str) -> None:
        parts = (b"zhiheng-sample/1", bytes.fromhex(digest), seed.encode())
        self._start = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        self._words = self._stream()

    def _stream(self) -> Iterator[int]:
        block = 0
        while True:
            hashed = hashlib.sha256(self._start + block.to_bytes(8, "big")).digest()
            for at in range(0, 32, 8):
                yield int.from_bytes(hashed[at : at + 8], "big")
            block += 1

    def below(self, bound: int) -> int:
        """A whole number from 0 to below the bound, which is at least 1 and at most 2**64."""
        fair = _WORD - _WORD % bound
        return next(word for word in self._words if word < fair) % bound

    def some(self, size: int, of: int) -> list[int]:
        """So many different places below `of`, in order; every such set is as likely as any other.

        Floyd's algorithm: one number a place, whatever the population's size.
        """
        taken: set[int] = set()
        for last in range(of - size, of):
            place = self.below(last + 1)
            taken.add(last if place in taken else place)
        return sorted(taken)

    def spread(self, size: int, of: int) -> list[int]:
        """So many places below `of` at even distances from a start by chance.

        Distances need not be whole: each place stands for `size` points of a line of of·size
        points, and every of-th point is hit. So each place is hit with probability size/of.
        """
        if size == 0:
            return []
        start = self.below(of)
        return [(start + step * of) // size for step in range(size)]


# --- drawing


def draw(units: Sequence[Unit], plan: Plan, digest: str, seed: str) -> Drawn:
    """The sample of a plan from a population in its order. Raises CannotDraw."""
    need_sound(plan)
    if plan.size is not None and plan.size > len(units):
        raise CannotDraw("size-exceeds-population")
    chance = Chance(digest, seed)
    places = range(len(units))
    interval: int | None = None
    match plan.method:
        case "random":
            parts = [Part(WHOLE, places, chance.some(plan.size or 0, len(units)))]
        case "systematic":
            parts = [Part(WHOLE, places, chance.spread(plan.size or 0, len(units)))]
        case "stratified":
            parts = _stratified(units, plan.size or 0, chance)
        case "top":
            parts = _top(units, plan.top or 0, plan.size or 0, chance)
        case "monetary-unit":
            interval = interval_of(plan)
            parts = _monetary_unit(units, interval, chance)
    return _drawn(units, parts, interval)


def need_sound(plan: Plan) -> None:
    """Refuse a plan that gives what its method does not take, or too much. Raises CannotDraw."""
    by_value = plan.method == "monetary-unit"
    if (plan.size is None) != by_value:
        raise CannotDraw("size-goes-with-other-methods" if by_value else "size-is-missing")
    if (plan.top is None) != (plan.method != "top"):
        raise CannotDraw("top-goes-with-top")
    of_value = (plan.confidence, plan.tolerable_fen, plan.expected_fen)
    if by_value == (None in of_value) or (not by_value and any(v is not None for v in of_value)):
        raise CannotDraw("values-go-with-monetary-unit")
    if plan.size is not None and not 0 < plan.size <= ITEMS_MAX:
        raise CannotDraw("size-is-out-of-range")
    if plan.top is not None and not 0 < plan.top <= (plan.size or 0):
        raise CannotDraw("top-is-out-of-range")
    if by_value:
        interval_of(plan)


def interval_of(plan: Plan) -> int:
    """The sampling interval in fen: (tolerable - expected x expansion) / reliability, rounded down.

    This is BV/n with n = BV·R/(TM - AM·EF); without expected errors it is TM/R. Rounding down
    draws more, never less. Raises CannotDraw.
    """
    known = None if plan.confidence is None else factors(plan.confidence)
    if known is None:
        raise CannotDraw("confidence-is-unknown")
    tolerable, expected = plan.tolerable_fen or 0, plan.expected_fen or 0
    if expected < 0:
        raise CannotDraw("expected-is-negative")
    interval = int((tolerable - expected * known.expansion) // known.reliability)
    if interval < 1:
        raise CannotDraw("tolerable-is-too-small")
    return interval


def _stratified(units: Sequence[Unit], size: int, chance: Chance) -> list[Part]:
    """One row of each stratum, the others by the strata's size, largest remainder."""
    strata: dict[str, list[int]] = {}
    for place, unit in enumerate(units):
        strata.setdefault(unit.stratum or NO_STRATUM, []).append(place)
    if len(strata) > LAYERS_MAX:
        raise CannotDraw("too-many-strata")
    if size < len(strata):
        raise CannotDraw("size-is-below-strata")
    named = sorted(strata.items())
    others = [len(places) - 1 for _, places in named]
    more = split(size - len(named), others) if any(others) else (0,) * len(named)
    return [
        Part(name, places, [places[at] for at in chance.some(1 + extra, len(places))])
        for (name, places), extra in zip(named, more, strict=True)
    ]


def _top(units: Sequence[Unit], top: int, size: int, chance: Chance) -> list[Part]:
    """The largest by the size of their book value, earlier rows first, and some of the rest."""
    by_size = sorted(range(len(units)), key=lambda place: (-abs(units[place].book_fen or 0), place))
    largest, rest = sorted(by_size[:top]), sorted(by_size[top:])
    some = [rest[at] for at in chance.some(size - top, len(rest))]
    return [Part(TOP, largest, largest, certain=True), Part(REST, rest, some)]


def _monetary_unit(units: Sequence[Unit], interval: int, chance: Chance) -> list[Part]:
    """Every row of at least the interval; of the smaller ones those that every so many fen hit.

    The fen of the smaller rows stand on one line, hit at even distances from a start by chance: a
    row is hit with probability book/interval, and never twice. Rows without a positive book value
    hold no fen that could be hit.
    """
    books = [unit.book_fen or 0 for unit in units]
    certain = [place for place, book in enumerate(books) if book >= interval]
    smaller = [place for place, book in enumerate(books) if 0 < book < interval]
    beyond = [place for place, book in enumerate(books) if book <= 0]
    point, hit = chance.below(interval), []
    for place, end in zip(smaller, accumulate(books[at] for at in smaller), strict=True):
        if point < end:
            hit.append(place)
            point += interval
    if len(certain) + len(hit) > ITEMS_MAX:
        raise CannotDraw("sample-is-too-large")
    return [
        Part(CERTAIN, certain, certain, certain=True),
        Part(SAMPLED, smaller, hit),
        Part(OUT_OF_REACH, beyond, ()),
    ]


def _drawn(units: Sequence[Unit], parts: Sequence[Part], interval: int | None) -> Drawn:
    layer_of = {place: part.name for part in parts for place in part.drawn}
    items = tuple(
        SampleItem(key=units[place].key, book_fen=units[place].book_fen, layer=layer_of[place])
        for place in sorted(layer_of)
    )
    return Drawn(items, tuple(_layer(units, part) for part in parts), interval)


def _layer(units: Sequence[Unit], part: Part) -> Layer:
    books = [units[place].book_fen for place in part.places]
    valued = [book for book in books if book is not None]
    return Layer(
        name=part.name,
        rows=len(books),
        amount_fen=sum(valued) if valued or not books else None,
        drawn=len(part.drawn),
        certain=part.certain,
    )
