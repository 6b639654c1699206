"""The catalogues there are, written out once."""

from compliance.catalogues.gbt33251_2016 import GBT33251_2016
from compliance.catalogues.plan_2022_21 import PLAN_2022_21
from compliance.catalogues.statutes import STATUTES
from compliance.clause import Catalogue

__all__ = ["BY_ID", "CATALOGUES", "GBT33251_2016", "PLAN_2022_21", "STATUTES"]

CATALOGUES: tuple[Catalogue, ...] = (GBT33251_2016, PLAN_2022_21, STATUTES)

BY_ID: dict[str, Catalogue] = {catalogue.id: catalogue for catalogue in CATALOGUES}
