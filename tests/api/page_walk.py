"""Pages as people see them: the words that stand on one, and the links that lead on."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qs, unquote

UNSEEN: Final = frozenset({"script", "style", "code", "textarea"})
ELSEWHERE: Final = ("/v1", "/static", "/openapi", "/log/")
_ANY: Final = re.compile(r"[0-9a-f-]{36}|[0-9A-Z]{18}|\d+")


class Page(HTMLParser):
    """What a page says outside of code, and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._unseen = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link; what stands in code is not read."""
        self._unseen += tag in UNSEEN
        href = dict(attrs).get("href") if tag == "a" else None
        if href:
            self.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        """Read on behind code."""
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        """Note what is said."""
        if not self._unseen and data.strip():
            self.words.append(data.strip())


def walk(get: Callable[[str], tuple[int, str, str]], pages_max: int) -> Iterator[tuple[str, Page]]:
    """Pages that can be reached from the first one, one of each kind; every link must open.

    `get` answers status, media type and text of a path.
    """
    todo, kinds = ["/"], {"/"}
    for _ in range(pages_max):
        if not todo:
            return
        path = todo.pop(0)
        status, media, text = get(path)
        assert status < 400, (path, status)
        if media.startswith("text/html"):
            page = Page(text)
            yield path, page
            for link in page.links:
                own = link.partition("#")[0]
                kind = _kind(own)
                if _is_page(own) and kind not in kinds:
                    kinds.add(kind)
                    todo.append(own)


def _is_page(link: str) -> bool:
    return link.startswith("/") and not link.startswith(ELSEWHERE) and "lang=" not in link


def _kind(link: str) -> str:
    path, _, query = link.partition("?")
    return f"{_ANY.sub('N', unquote(path))}?{sorted(parse_qs(query))}"
