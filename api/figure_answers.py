"""What stands behind a figure: its entries with their facts, why it changed, how it grew."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from urllib.parse import quote

import polars as pl

from api.access import Caller
from api.entries import ACCESS, SHARED
from api.figure_tables import decimal, described, number_of
from api.figures import AskedFigures, Standpoint, entries_within, groups_within, need_places
from ledger.facts import ReceiptClaimed
from ledger.refusals import Refusal, Refused
from projections.fact_titles import TITLES
from projections.facts_by_topic import BY_TOPIC
