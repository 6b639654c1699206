"""Figures over HTTP: the indicators, their values in any format, and what stands behind each."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.access import Caller, CallerNow
from api.figure_answers import one_place
from api.figure_tables import described, figures
from api.figure_words import explained_as_json, grown_as_json, restated_as_json
from api.figures import (
    WHERE,
    AskedFigures,
    Standpoint,
    asked_figures,
    indicator_named,
    indicators_listed,
    standpoint,
    stood_before,
)
from api.language import language
from api.moments import malformed, read_known_at, read_number
from api.parameters import read_parameters
from api.routes.views import FORMATS, written_down
from api.schemas import PROBLEMS, query
from api.stamps import stamp, unchanged
from ledger.refusals import Refusal, Refused
