"""What a license covers on a patent, and which two licenses cannot stand side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ledger.case import Breach
from ledger.facts.deals import Exclusivity, Origin, Terms

ONE_DAY = timedelta(days=1)
_KEEPS_OTHERS_OUT = frozenset({"exclusive", "sole"})


@dataclass(frozen=True, slots=True)
class Scope:
    """A license as a patent remembers it, ended ones included: old periods can still collide.

    `territory` empty is everywhere, `field` None every field, `ends` None as long as the right
    lives; `starts` and `ends` are both days of the license.
    """

    license: str
    exclusivity: Exclusivity
    origin: Origin
    parent: str | None
    signed: date
    territory: tuple[str, ...]
    field: str | None
    starts: date
    ends: date | None

    def holds(self, day: date) -> bool:
        """Whether the license runs on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


def scope_under(
    terms: Terms, *, license_id: str, origin: Origin, parent: str | None, signed: date
) -> Scope:
    """The scope that a contract's terms give a license."""
    return Scope(
        license=license_id,
        exclusivity=terms.exclusivity,
        origin=origin,
        parent=parent,
        signed=signed,
        territory=terms.territory,
        field=terms.field,
        starts=terms.starts,
        ends=terms.ends,
    )


def under(scope: Scope, terms: Terms) -> Scope:
    """The license under new terms."""
    return replace(
        scope,
        exclusivity=terms.exclusivity,
        territory=terms.territory,
        field=terms.field,
        starts=terms.starts,
        ends=terms.ends,
    )


def cut_off(scope: Scope, on: date) -> Scope:
    """The license without the days from `on`, the day of its termination."""
    last = on - ONE_DAY
    return scope if scope.ends is not None and scope.ends <= last else replace(scope, ends=last)


def overlaps(a: Scope, b: Scope) -> bool:
    """Whether two licenses share a place, a field and a day.

    Places and fields are compared as named, so "上海" is not seen inside "中国"; a license that
    names no place, or no field, meets every other.
    """
    return _share_period(a, b) and _share_territory(a, b) and _share_field(a, b)


def _share_period(a: Scope, b: Scope) -> bool:
    if any(scope.ends is not None and scope.ends < scope.starts for scope in (a, b)):
        return False
    return (b.ends is None or a.starts <= b.ends) and (a.ends is None or b.starts <= a.ends)


def _share_territory(a: Scope, b: Scope) -> bool:
    places = {place.strip().casefold() for place in a.territory}
    others = {place.strip().casefold() for place in b.territory}
    return not places or not others or bool(places & others)


def _share_field(a: Scope, b: Scope) -> bool:
    if a.field is None or b.field is None:
        return True
    return a.field.strip().casefold() == b.field.strip().casefold()


def collision(a: Scope, b: Scope) -> str | None:
    """Code of the rule that two overlapping licenses break together, None if they agree.

    The one signed later is measured against the earlier, in whichever order they were recorded;
    on equal days `a` counts as later. A sub-license does not collide with the license it comes
    from, and a compulsory license stands beside any other. Sources: the judicial interpretation on
    technology contracts art. 25 and 27, 专利法 art. 51, 专利法实施细则 art. 86.
    """
    if not overlaps(a, b) or a.license in (b.license, b.parent) or b.license == a.parent:
        return None
    if "compulsory" in (a.origin, b.origin):
        return None
    later, earlier = (b, a) if b.signed > a.signed else (a, b)
    if later.exclusivity in _KEEPS_OTHERS_OUT:
        if earlier.exclusivity in _KEEPS_OTHERS_OUT:
            return "exclusive-licenses-overlap"
        return "exclusive-after-open" if earlier.origin == "open" else "exclusive-over-ordinary"
    if earlier.exclusivity == "ordinary":
        return None
    if later.origin == "open":
        return "open-under-exclusive"
    return "ordinary-under-sole" if earlier.exclusivity == "sole" else "ordinary-under-exclusive"


def collisions(scope: Scope, others: Iterable[Scope], patent: str) -> tuple[Breach, ...]:
    """Every license of a patent with which this one collides, as a breach."""
    return tuple(
        Breach(code, _values(scope, other, patent))
        for other in others
        if (code := collision(scope, other)) is not None
    )


def _values(scope: Scope, other: Scope, patent: str) -> dict[str, Any]:
    return {
        "patent": patent,
        "license": scope.license,
        "exclusivity": scope.exclusivity,
        "other": other.license,
        "other_exclusivity": other.exclusivity,
    }
