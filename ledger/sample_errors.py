"""From the errors found in a sample to those of its population: exact until the last rounding."""

from fractions import Fraction
from typing import NamedTuple

from ledger.facts.audits import Estimator, Layer, SampleDrawn
from ledger.policies.audit_sampling import Factors, factors
from ledger.sampling import CERTAIN


class Projection(NamedTuple):
    """Errors in fen: found in the sample, expected in the population, and the upper limit."""

    misstated_fen: int
    projected_fen: int
    upper_limit_fen: int | None


def project(drawn: SampleDrawn, estimator: Estimator, audited: dict[str, int]) -> Projection:
    """The errors of a sample projected; `audited` is each item's audited value in fen by key.

    Layers are projected each by itself: certain ones hold just what was found. Understatements
    lower the projection, never the upper limit.
    """
    wrong = {item.key: (item.book_fen or 0) - audited[item.key] for item in drawn.items}
    found = sum(wrong.values())
    if drawn.method == "monetary-unit":
        known = None if drawn.confidence is None else factors(drawn.confidence)
        if known is None or drawn.interval_fen is None:
            raise ValueError("a monetary-unit sample names a known confidence and its interval")
        return _by_tainting(drawn, wrong, found, drawn.interval_fen, known)
    whole = sum((_of_layer(drawn, layer, estimator, wrong) for layer in drawn.layers), Fraction())
    return Projection(found, half_up(whole), None)


def _of_layer(
    drawn: SampleDrawn, layer: Layer, estimator: Estimator, wrong: dict[str, int]
) -> Fraction:
    """What is wrong in a layer: found errors by the share of book value, or of rows, looked at.

    A layer whose drawn rows have no book value together is projected by rows.
    """
    items = [item for item in drawn.items if item.layer == layer.name]
    found = sum(wrong[item.key] for item in items)
    seen = sum(item.book_fen or 0 for item in items)
    if layer.certain or not items:
        return Fraction(found)
    if estimator == "ratio" and seen != 0:
        return Fraction(found * (layer.amount_fen or 0), seen)
    return Fraction(found * layer.rows, len(items))


def _by_tainting(
    drawn: SampleDrawn, wrong: dict[str, int], found: int, interval: int, known: Factors
) -> Projection:
    """Below the interval each error stands for its part of an interval, above it for itself.

    Upper limit: basic precision (reliability x interval), what is wrong in certain rows, and for
    each overstatement, the gravest tainting first, the increment of its place.
    """
    books = {item.key: item.book_fen or 0 for item in drawn.items}
    certain = {item.key for item in drawn.items if item.layer == CERTAIN}
    actual = sum(wrong[key] for key in certain)
    parts = [Fraction(wrong[key] * interval, books[key]) for key in wrong if key not in certain]
    over = sorted((part for part in parts if part > 0), reverse=True)
    raised = sum((known.increment(at) * part for at, part in enumerate(over)), Fraction())
    over_certain = sum(max(wrong[key], 0) for key in certain)
    limit = known.reliability * interval + over_certain + raised
    return Projection(found, half_up(actual + sum(parts, Fraction())), half_up(limit))


def half_up(exact: Fraction) -> int:
    """Rounded to a whole fen, halves away from zero."""
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return -size if exact < 0 else size
