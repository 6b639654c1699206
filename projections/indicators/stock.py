"""Rights that live on a day, and whose they are: what several figures count or divide by."""

from collections.abc import Callable
from typing import Final

import polars as pl

from ledger.facts import PatentGranted, PatentRestored
from projections.indicators.entries import entries
from projections.moment import Moment
from projections.movements import up_to
from projections.number_claims import filings, standing, uncontested
from projections.patents import right_turns, transfers
from projections.sharing import shared
from projections.tape import Tape

_IN_FORCE: Final = ("granted", "restored")


@shared
def alive(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Patents whose right lives on the moment's day: patent String, since Date, proofs List(Int64).

    `since` is the first grant; `proofs` are the facts of grant and restoration. A partial
    invalidation leaves the rest of the right alive.
    """
    last = (
        right_turns(tape, moment)
        .filter(pl.col("on") <= moment.as_of)
        .group_by("patent", maintain_order=True)
        .agg(status=pl.col("status").last())
        .filter(pl.col("status").is_in(_IN_FORCE))
    )
    turned = pl.concat(
        [
            up_to(tape, fact, moment).select("patent", "institution", "on", "position")
            for fact in _TURNS
        ]
    )
    proofs = (
        standing(turned, tape, moment)
        .group_by("patent")
        .agg(since=pl.col("on").min(), proofs=pl.col("position").sort())
    )
    return last.select("patent").join(proofs, on="patent")


_TURNS: Final = (PatentGranted, PatentRestored)


@shared
def owned_inventions(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """Inventions that live on the moment's day, once for each institution that owns them.

    institution, patent String, filed, since Date, owner Int64 (1 = first named), positions
    List(Int64). Those whose title passed to somebody else by a registered assignment are gone.
    """
    filed = uncontested(filings(tape, moment), tape, moment).filter(pl.col("kind") == "invention")
    place = pl.int_ranges(1, pl.col("owners").list.len() + 1, dtype=pl.Int64)
    return (
        filed.join(alive(tape, moment), on="patent")
        .join(transfers(tape, moment), on="patent", how="anti")
        .select(
            "patent",
            "filed",
            "since",
            institution="owners",
            owner=place,
            positions=pl.concat_list("position", "proofs"),
        )
        .explode("institution", "owner", empty_as_null=False)
    )


def valid_inventions(tape: Tape, moment: Moment) -> pl.LazyFrame:
    """The entries of valid inventions: one a patent and owning institution."""
    return entries(
        owned_inventions(tape, moment),
        unit="patent",
        subject="patent",
        day="since",
        positions=pl.col("positions"),
    )


def granted(kind: str | None) -> Callable[[Tape, Moment], pl.LazyFrame]:
    """Rights granted of one kind, or of all, once for each institution that owns them."""

    def build(tape: Tape, moment: Moment) -> pl.LazyFrame:
        files = uncontested(filings(tape, moment), tape, moment)
        owners = files.select("patent", "kind", "owners", filing="position")
        frame = (
            standing(up_to(tape, PatentGranted, moment), tape, moment)
            .sort("on", "stands_at")
            .unique("patent", keep="first", maintain_order=True)
            .drop("institution")
            .join(owners if kind is None else owners.filter(pl.col("kind") == kind), on="patent")
            .with_columns(institution="owners")
            .explode("institution", empty_as_null=False)
        )
        facts = pl.concat_list("position", "filing")
        return entries(frame, unit="patent", subject="patent", day="on", positions=facts)

    return build
