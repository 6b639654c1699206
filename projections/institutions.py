"""The institutions that share the log; everybody may know who they are."""

import polars as pl

from ledger.facts import InstitutionRegistered
from projections.moment import Moment
from projections.movements import up_to
from projections.tape import Tape
from projections.view import OF_INSTITUTION, Column, Filters, Kind, View


def institutions(tape: Tape, moment: Moment, _: Filters) -> pl.LazyFrame:
    """One row an institution registered by the moment's day."""
    return up_to(tape, InstitutionRegistered, moment).select(
        "code", "kind", "name_zh", "name_en", joined="on", institution=pl.lit(None, pl.String)
    )


INSTITUTIONS = View(
    name="institutions",
    zh="机构名录",
    en="Institutions",
    columns=(
        OF_INSTITUTION,
        Column("code", "机构代码", "Code", Kind.SUBJECT),
        Column("kind", "机构类型", "Kind", Kind.CODE),
        Column("name_zh", "中文名称", "Chinese name"),
        Column("name_en", "英文名称", "English name"),
        Column("joined", "加入日期", "Joined on", Kind.DATE),
    ),
    key=("code",),
    filters=("institution", "code", "kind"),
    build=institutions,
)
