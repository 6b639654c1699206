"""Steps about time, what a deed came to, and what the views show."""

import re
from datetime import date

from api.texts import BREACHES, TEXTS
from ledger.money import yuan
from ledger.refusals import Refused
from tests.features.city import City, fen
from tests.features.phrases import deed, finding
from tests.features.tables import Table, assert_shows, records, view_called

_GAP = "……"

# --- time


@deed("今天是 {day}")
def goes_on(city: City, day: str) -> None:
    city.clock.set(date.fromisoformat(day))


@deed("记下此刻的认知时点为“{label}”")
def remembers(city: City, label: str) -> None:
    city.need_examined()
    city.sizes[label] = city.size()


# --- what a deed came to


def _fits(words: str, phrase: str) -> bool:
    """Whether the parts of a phrase, cut at ……, stand in the words in this order."""
    return re.search(".*".join(re.escape(part) for part in phrase.split(_GAP)), words) is not None


def _template(text: str) -> str:
    return re.sub(r"\{[a-z_]+\}", _GAP, text)


def rules_named(phrase: str) -> list[Refused]:
    """The rules whose Chinese words hold a phrase."""
    return [code for code, text in TEXTS.items() if _fits(_template(text.zh), phrase)]


@finding("因“{phrase}”被拒绝")
def is_refused(city: City, phrase: str) -> None:
    """The phrase is part of the Chinese words of exactly one rule, and that rule refused."""
    said = city.outcome
    assert said.refused is not None, f"nothing was refused; written: {said.facts}"
    named = rules_named(phrase)
    assert len(named) == 1, f"{phrase} must name one rule, not {named}"
    assert said.refused == named[0], (said.refused, said.words)
    assert _fits(said.words, phrase)
    if not said.facts:
        assert city.size() == city.size_before, "something was written in spite of the refusal"
    city.awaits_examination = False


@finding("拒绝时说明可用金额为 {amount} 元")
def says_what_is_left(city: City, amount: str) -> None:
    left = {
        name: value
        for name, value in city.outcome.values.items()
        if name in ("there_fen", "open_fen", "left_fen", "in_hand_fen", "owed_fen")
    }
    assert list(left.values()) == [fen(amount)], left


@finding("被拒绝的结果也已入账")
def refusal_is_on_record(city: City) -> None:
    assert city.outcome.facts
    assert city.size() > city.size_before


@finding("予以登记", "予以办理")
def is_accepted(city: City) -> None:
    city.need_examined()
    assert city.outcome.facts
    assert city.size() > city.size_before


@finding("没有写入任何事实")
def nothing_is_written(city: City) -> None:
    assert city.size() == city.size_before


@finding("日志增加了 {count:d} 条事实")
def facts_were_added(city: City, count: int) -> None:
    city.need_examined()
    assert city.size() == city.size_before + count


@finding("日志中有 {count:d} 条事实")
def log_holds(city: City, count: int) -> None:
    city.need_examined()
    assert city.size() == count


@finding("没有违规项")
def nothing_is_breached(city: City) -> None:
    city.need_examined()
    assert city.outcome.facts
    assert city.outcome.breaches == ()


@finding("予以登记，同时列明违规项")
def breaches_are_listed(city: City, datatable: Table) -> None:
    """Each row is part of the words of one breach; no other breach is listed."""
    city.need_examined()
    assert city.outcome.facts
    wanted = [row[0] for row in datatable]
    for phrase in wanted:
        named = [code for code, text in BREACHES.items() if _fits(_template(text.zh), phrase)]
        assert len(named) == 1, f"{phrase} must name one rule, not {named}"
    unmatched = [
        words for words in city.outcome.breaches if not any(_fits(words, p) for p in wanted)
    ]
    assert not unmatched, unmatched
    assert len(city.outcome.breaches) == len(wanted), city.outcome.breaches


@finding("得到与上次完全相同的答复")
def same_answer(city: City) -> None:
    city.need_examined()
    assert city.outcome.replayed
    assert not city.earlier.replayed
    assert city.outcome.facts == city.earlier.facts
    assert city.outcome.breaches == city.earlier.breaches


# --- what views show


def _rows(
    city: City,
    title: str,
    table: Table,
    *,
    day: str | None = None,
    known: str | None = None,
    about: str | None = None,
    who: str = "审计机关",
) -> None:
    city.need_examined()
    view = view_called(title)
    only = {}
    if about is not None:
        subject = city.id(about)
        kind = subject.partition(":")[0]
        names = {"license": "contract", "assignment": "contract", "equity": "contract"}
        only = {names.get(kind, kind): subject}
    actor, _ = city.actor(who)
    as_of = None if day is None else date.fromisoformat(day)
    # A view names its own day from the last fact; the scenario's today is what people mean.
    as_of = as_of or city.clock.today
    known_at = None if known is None else city.sizes[known]
    found = city.door.rows(view.name, actor, as_of, known_at, only)
    assert_shows(city, view, found, table)


@finding("“{title}”为")
def titled_view(city: City, title: str, datatable: Table) -> None:
    _rows(city, title, datatable)


@finding("截至 {day} 的“{title}”为")
def view_as_of(city: City, day: str, title: str, datatable: Table) -> None:
    _rows(city, title, datatable, day=day)


@finding("“{title}”中 {about} 的记录为")
def view_about(city: City, title: str, about: str, datatable: Table) -> None:
    _rows(city, title, datatable, about=about)


@finding("截至 {day} 的“{title}”中 {about} 的记录为")
def view_about_as_of(city: City, day: str, title: str, about: str, datatable: Table) -> None:
    _rows(city, title, datatable, day=day, about=about)


@finding("按“{known}”所知，截至 {day} 的“{title}”为")
def view_as_known(city: City, known: str, day: str, title: str, datatable: Table) -> None:
    _rows(city, title, datatable, day=day, known=known)


@finding("{who}看到的“{title}”为")
def view_seen_by(city: City, who: str, title: str, datatable: Table) -> None:
    _rows(city, title, datatable, who=who)


@finding("{who}看到的“{title}”没有任何一行")
def view_is_empty_for(city: City, who: str, title: str) -> None:
    view = view_called(title)
    actor, _ = city.actor(who)
    assert city.door.rows(view.name, actor, city.clock.today, None, {}) == []


@finding("“{title}”没有任何一行")
def view_is_empty(city: City, title: str) -> None:
    city.need_examined()
    view = view_called(title)
    actor, _ = city.actor("审计机关")
    assert city.door.rows(view.name, actor, city.clock.today, None, {}) == []


@finding("逐笔相加 {parts} 等于 {total} 元")
def adds_up(city: City, parts: str, total: str) -> None:
    """A sum written out for the reader; it has to be right."""
    amounts = [fen(part) for part in parts.split("+")]
    assert sum(amounts) == fen(total), yuan(sum(amounts))


def first_record(table: Table) -> dict[str, str]:
    """The only record of a table."""
    (record,) = records(table)
    return record
