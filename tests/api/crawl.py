"""A reader who opens every link, fills in every form with what it offers, and looks at the result.

Nothing is written: forms are sent up to the page that asks for a confirmation.
"""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import httpx

_SAME: Final = 3
"""So many pages of one kind are opened: of a register with a thousand rows a few tell."""

_LEFT_ALONE: Final = ("/static", "/v1/", "/log/", "/sign", "/openapi", "/docs")
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-Z]{15,18}|\d+")
_OWN: Final = ("back", "institution")
_TEXTS: Final = {"date": "", "number": "1", "search": "", "checkbox": ""}


@dataclass
class Sent:
    """A form on a page: where it goes, what stands in it, what can be chosen."""

    action: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    chosen: set[str] = field(default_factory=set)
    offers: dict[str, list[str]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    """The links of a page and its forms of commands."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Sent] = []
        self._open: Sent | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "form" and said.get("action", "").startswith("/forms/"):
            if said.get("method") == "post":
                self._open = Sent(said["action"])
                self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "input" and name and "checkbox" not in said.get("type", ""):
            self._open.fields.append((name, said.get("value", "")))
            self._need(name, said)
        elif tag == "select":
            self._select = name
            self._open.offers[name] = []
            self._need(name, said)
        elif tag == "option" and said.get("value"):
            self._open.offers[self._select].append(said["value"])
            if "selected" in said:
                self._open.chosen.add(self._select)
                self._open.fields.append((self._select, said["value"]))
        elif tag == "textarea":
            self._area = name
            self._need(name, said)

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._area and data:
            self._open.fields.append((self._area, data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = ""

    def _need(self, name: str, said: dict[str, str]) -> None:
        if self._open is not None and "required" in said:
            self._open.required.add(name)


@dataclass
class Walk:
    """What one reader met: pages, the forms opened, and everything that was not as it should be."""

    pages: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def walk(http: httpx.Client, pages_max: int) -> Walk:
    """Open pages from the first one on, breadth first, by their links."""
    met, seen, kinds = Walk(), {"/"}, Counter[str]()
    todo = deque(["/"])
    while todo and met.pages < pages_max:
        path = todo.popleft()
        met.pages += 1
        answer = http.get(path)
        if answer.status_code >= 400:
            met.wrong.append(f"{answer.status_code} {path}")
            continue
        page = _Reader()
        page.feed(answer.text)
        if path.startswith("/forms/"):
            _look(http, path, page, met)
        for link in page.links:
            address = link.split("#")[0]
            if not address.startswith("/") or address.startswith(_LEFT_ALONE) or "lang=" in link:
                continue
            kind = _ID.sub("_", address.split("back=")[0])
            if address not in seen and kinds[kind] < _SAME:
                kinds[kind] += 1
                seen.add(address)
                todo.append(address)
    return met


def _look(http: httpx.Client, path: str, page: _Reader, met: Walk) -> None:
    """Check what the form was filled in with, complete it by what it offers, and look at it."""
    name = urlsplit(path).path
    met.forms[name] += 1
    form = next((each for each in page.forms if each.action == name), None)
    if form is None:
        met.wrong.append(f"no form {path}")
        return
    stands = set(form.fields)
    for key, value in parse_qsl(urlsplit(path).query):
        if key not in _OWN and (key, value) not in stands:
            met.wrong.append(f"not filled in: {key} of {path}")
    for key in form.required:
        if key in form.offers and not form.offers[key]:
            met.wrong.append(f"nothing to choose: {key} of {path}")
    sent = [(key, value) for key, value in form.fields if value]
    told = {key for key, _ in sent}
    sent += [
        (key, form.offers[key][0] if form.offers.get(key) else _typed(key))
        for key in sorted(form.required - told)
    ]
    answer = http.post(name, data=_grouped(sent))
    if answer.status_code >= 500 or answer.status_code in (403, 404):
        met.wrong.append(f"{answer.status_code} on sending {path}")
    met.looked[name] += answer.status_code == 200


def _typed(name: str) -> str:
    last = name.rpartition(".")[2]
    if last in ("number", "year", "instalment", "version") or last.endswith("_fen"):
        return "1"
    if last in _DATES or last.endswith("_on"):
        return "2024-06-03"
    return "1/2" if "rate" in last or "share" in last else "示例"


_DATES: Final = frozenset(
    {"first", "last", "on", "due", "signed", "filed", "starts", "ends", "submitted"}
)


def _grouped(sent: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in sent:
        found.setdefault(key, []).append(value)
    return found
