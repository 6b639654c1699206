"""Signing in by a one-time link, and out again. Opening the link alone spends nothing: mail
scanners and previews follow links, people press the button."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import Doorkeeper, need_own_site, wrong_secret
from api.console.rendering import page
from api.form_bodies import form_of
from api.language import SESSION_COOKIE
from api.problems import Fault, RequestFault

router = APIRouter(include_in_schema=False)

_NO_STORE = {"cache-control": "no-store"}
_SECRET_IN_ADDRESS = {**_NO_STORE, "referrer-policy": "origin"}
"""The page's address holds a secret, so what it loads must not be told that address."""


@router.get("/sign-in")
async def ask(request: Request, token: str = "", half: str = "") -> Response:
    """The page with the button; the secret stays in the page until it is pressed.

    A link that holds a half of the secret asks for the other, which another person told.
    """
    if not (token or half):
        return RedirectResponse("/", 303, _NO_STORE)
    held = {"token": token[:200], "half": half[:200]}
    return page(request, "sign_in.html", held, headers=_SECRET_IN_ADDRESS)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Spend the link for a session cookie. A spent or dead link answers 410.

    Whoever is signed in already and presses the button of a spent link goes to the first page.
    """
    need_own_site(request)
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    async with form_of(request, fields=2) as form:
        token = str(form.get("token", ""))
        if half := str(form.get("half", "")):
            token = f"{form.get('code', '')}.{half}"
    session = await doorkeeper.sign_in(token)
    if session is None:
        known = request.cookies.get(SESSION_COOKIE)
        if known is not None and await doorkeeper.caller(known, "session") is not None:
            return RedirectResponse("/", 303, _NO_STORE)
        wrong_secret(request)
        raise RequestFault(Fault.SIGN_IN_LINK_IS_SPENT)
    answer = RedirectResponse("/", 303, _NO_STORE)
    answer.set_cookie(
        SESSION_COOKIE,
        session.secret,
        max_age=session.seconds_left,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Make the session's secret worthless and drop the cookie."""
    need_own_site(request)
    secret = request.cookies.get(SESSION_COOKIE)
    if secret is not None:
        await request.app.state.doorkeeper.sign_out(secret)
    answer = RedirectResponse("/", 303, _NO_STORE)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
    return answer
