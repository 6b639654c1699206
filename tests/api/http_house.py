"""What tests of the HTTP door share: an office behind its app, and browsers that call on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from api.app import create_app
from api.postgres import Logins
from api.tokens import Purpose
from ledger.actors import Role
from ledger.writers import Writer
from tests.api.office import Office, open_office

ORIGIN = "http://zhiheng.test"
BUREAU = "institution:113100000024200272"


class Browser:
    """A caller of the app with cookies of its own; `secret` makes it a program."""

    def __init__(self, portal: BlockingPortal, app: FastAPI, secret: str | None = None) -> None:
        self._portal = portal
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """GET a path."""
        return self._portal.call(lambda: self.http.get(path, **options))

    def head(self, path: str) -> httpx.Response:
        """HEAD of a path."""
        return self._portal.call(lambda: self.http.head(path))

    def post(self, path: str, **options: Any) -> httpx.Response:
        """POST to a path."""
        return self._portal.call(lambda: self.http.post(path, **options))

    def confirmed(self, path: str, form: dict[str, Any]) -> httpx.Response:
        """Send a form and confirm what it shows; where nothing is to be confirmed, that answer."""
        own = {"origin": ORIGIN, "accept": "text/html"}
        shown = self.post(path, data=form, headers=own)
        if 'name="confirmed"' not in shown.text:
            return shown
        return self.post(path, data={**form, "confirmed": "true"}, headers=own)

    def page(self, path: str, **options: Any) -> httpx.Response:
        """GET a path the way browsers do."""
        return self.get(path, headers={"accept": "text/html", **options.pop("headers", {})})


@dataclass
class House:
    """An office, its app, and a way to call on it in anybody's name."""

    office: Office
    app: FastAPI
    portal: BlockingPortal

    def secret(self, actor: str, purpose: Purpose = "bearer", days: int = 30) -> str:
        """A fresh secret of an actor."""
        return self.office.secret(actor, purpose, days)

    def as_(self, actor: str) -> Browser:
        """A program of this actor."""
        return Browser(self.portal, self.app, self.secret(actor))

    def stranger(self) -> Browser:
        """Somebody without a secret."""
        return Browser(self.portal, self.app)

    def signed_in(self, actor: str) -> Browser:
        """A person in a browser who opened a sign-in link and pressed the button."""
        browser = self.stranger()
        form = {"token": self.secret(actor, "sign-in")}
        answer = browser.post("/sign-in", data=form, headers={"origin": ORIGIN})
        assert answer.status_code == 303, answer.text
        return browser

    def register_bureau(self) -> None:
        """The bureau joins the log."""
        names = {"name_zh": "示例市局", "name_en": "Example Bureau"}
        body = {"code": BUREAU, "kind": "bureau", **names}
        self.office.do("institution.register", body, self.office.administrator)

    def auditor(self) -> str:
        """An actor of the state audit, who reads every institution."""
        actor = self.office.arrive()
        self.office.grant(actor, Role.STATE_AUDITOR, None, ends="2022-12-31")
        return actor


@contextmanager
def open_house(
    urls: Logins, folder: Path, ready: Callable[[], bool] = lambda: True
) -> Iterator[House]:
    """The app over an office on an empty database, running as it would under a server."""
    with open_office(urls, folder) as office, start_blocking_portal() as portal:
        writer = Writer(office.home.service_url, office.home.clock)
        app = create_app(office.home, writer, ready=ready)
        with portal.wrap_async_context_manager(app.router.lifespan_context(app)):
            yield House(office, app, portal)
