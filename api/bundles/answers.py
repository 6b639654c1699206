"""What every view and figure says over a tape, as digests that a manifest can hold."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl

from api.bundles.manifest import Said
from projections.answers import Answer, answers, digest
from projections.figure_rows import Level
from projections.kept import Kept
from projections.tape import Tape
from projections.view import INSTITUTION

_FIGURE: Final = "figure/"


def said(tape: Tape, as_of: date, institution: str | None) -> Iterator[Said]:
    """Each answer's digest; of one institution the rows that its readers see: its own, and those
    that belong to none."""
    for answer in answers(Kept(), tape, as_of):
        rows = answer.rows if institution is None else own_rows(answer, institution)
        yield Said(name=answer.name, version=answer.version, rows=rows.height, sha256=digest(rows))


def own_rows(answer: Answer, institution: str) -> pl.DataFrame:
    """The rows of an answer that one institution's readers see."""
    if answer.name.startswith(_FIGURE):
        own = (pl.col("level") == Level.INSTITUTION) & (pl.col("place") == institution)
        return answer.rows.filter(own)
    if INSTITUTION not in answer.rows.columns:
        return answer.rows
    place = pl.col(INSTITUTION)
    return answer.rows.filter((place == institution) | place.is_null())


def as_far_as_the_part_goes(whole: Said, part: Said | None) -> Said:
    """An answer of the whole log as a bundle of a part may claim it."""
    if part == whole:
        return whole
    return whole.model_copy(update={"rows": None, "sha256": None, "needs_whole_log": True})
