"""The HTTP door as a whole: `create_app` takes its parts, and nothing connects before startup.

    create_app(
        home: Home,
        writer: Writer,
        *,
        ready: Callable[[], bool] = always,
        progress: Callable[[], Mapping[str, int]] = dict,
    ) -> FastAPI

Give it a Writer that has not been entered: the app's lifespan opens and closes it together with
the pool of reading connections, so `uvicorn.run(create_app(home, Writer(url, clock)))` is all
that serving takes. `ready` is asked by `/readyz` (503 while it says no, with `progress` in it).
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool
from starlette.staticfiles import StaticFiles

from api.access import Doorkeeper
from api.console import (
    access_pages,
    audit_pages,
    clause_pages,
    comparison_pages,
    desk_pages,
    difference_pages,
    draw_pages,
    evidence_pages,
    figure_pages,
    finding_pages,
    form_pages,
    fund_pages,
    home_pages,
    list_pages,
    log_pages,
    month_pages,
    pages,
    sample_pages,
    sign_in,
)
from api.console.rendering import STATIC, favicon
from api.guards import Guards
from api.home import Home
from api.lists.jobs import Jobs
from api.metrics import Metrics
from api.observed import Observed
from api.problems import install
from api.publishing import publishing
from api.rates import Rates
from api.reads import ReadsKept
from api.routes import (
    audit_work,
    commands,
    comparisons,
    compliance,
    facts,
    health,
    indicators,
    lists,
    log,
    papers,
    statements,
    views,
)
from api.schemas import describe
from api.sealing import sealing
from api.stamps import RELEASE
from api.uploads import Uploads
from ledger.looking import Onlooker
from ledger.shown_log import ShownLog
from ledger.writers import Writer

READING_CONNECTIONS_MAX = 8


def always() -> bool:
    """Nothing has to be waited for."""
    return True


def create_app(
    home: Home,
    writer: Writer,
    *,
    ready: Callable[[], bool] = always,
    progress: Callable[[], Mapping[str, int]] = dict,
) -> FastAPI:
    """The application over an opened home; see the module's words on who opens what."""
    pool = AsyncConnectionPool(
        home.service_url,
        min_size=1,
        max_size=READING_CONNECTIONS_MAX,
        timeout=10,
        open=False,
        kwargs={"autocommit": True},
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with pool, writer:
            with publishing(home), sealing(home, ready), app.state.jobs, app.state.uploads:
                yield

    app = FastAPI(
        title="zhiheng",
        version=RELEASE,
        lifespan=lifespan,
        # Spans are our own (`observed`): the framework's would hold query strings.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.home, app.state.writer = home, writer
    app.state.onlooker = Onlooker(home.service_url, home.clock)
    app.state.ready, app.state.progress = ready, progress
    app.state.pool, app.state.doorkeeper = pool, Doorkeeper(pool, home.clock)
    app.state.metrics = metrics = Metrics(writer, pool, home)
    writer.watch = metrics.batch
    app.state.jobs, app.state.rates = Jobs(), Rates(home.settings.limits)
    app.state.uploads = Uploads(home.settings.readers)
    app.state.shown = ShownLog(home.settings.log_folder)
    install(app)
    app.add_middleware(ReadsKept, pool=pool, clock=home.clock)
    app.add_middleware(Guards, limits=home.settings.limits)
    app.add_middleware(Observed, metrics=metrics)
    for each in (
        statements,
        lists,
        audit_work,
        papers,
        comparisons,
        commands,
        facts,
        views,
        indicators,
        compliance,
        log,
        log_pages,
        health,
        sign_in,
        access_pages,
        home_pages,
        pages,
        difference_pages,
        figure_pages,
        clause_pages,
        form_pages,
        desk_pages,
        fund_pages,
        month_pages,
        list_pages,
        audit_pages,
        draw_pages,
        sample_pages,
        finding_pages,
        comparison_pages,
        evidence_pages,
    ):
        app.include_router(each.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_route("/favicon.ico", favicon, include_in_schema=False)
    setattr(app, "openapi", lambda: describe(app))  # noqa: B010  (documented way to replace it)
    return app
