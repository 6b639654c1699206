"""Hypothesis strategies for facts, read off their models: ids from small pools, so chains meet."""

import re
import types
import unicodedata
from datetime import UTC, date
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt, MinLen
from hypothesis import strategies as st
from pydantic import AwareDatetime, StringConstraints
from pydantic.fields import FieldInfo

from ledger.facts import Fact
from ledger.facts.base import Value
from ledger.money import Rate
from ledger.subjects import (
    LOG,
    CounterpartyId,
    FundId,
    InstitutionId,
    PatentId,
    PolicyId,
    Subject,
    Text,
    TokenId,
)
from tests.ledger import examples

_OWN_ID = re.compile(r"\^\(?([a-z|]+)\)?:\[0-9a-f\]\{8\}(-\[0-9a-f\]\{\d+\})+\$")
"""The pattern of ids `kind:uuid`, of one kind or of several."""
_UUIDS = tuple(f"00000000-0000-4000-8000-{number:012d}" for number in range(1, 4))


def _ids(*kinds: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{kind}:{own}" for kind in kinds for own in _UUIDS])


_PATENTS = st.sampled_from([examples.PATENT, examples.OTHER_PATENT])
_INSTITUTIONS = st.sampled_from([examples.BUREAU, examples.UNIVERSITY])
_POLICIES = st.sampled_from(["policy:sme-2011", "policy:reward-fund-2022"])


def _nfc(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return (
        st.text(letters, min_size=1, max_size=30)
        .map(lambda text: unicodedata.normalize("NFC", text))
        .filter(lambda text: bool(text.strip()))
    )


NFC_TEXT = _nfc(st.characters(exclude_categories=["Cs"]))
"""Words in NFC with every kind of character that UTF-8 can carry."""
_WORDS = _nfc(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n"))

_NAMED: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (InstitutionId, _INSTITUTIONS),
    (PatentId, _PATENTS),
    (CounterpartyId, _ids("counterparty")),
    (FundId, st.sampled_from([examples.FUND, "fund:another"])),
    (PolicyId, _POLICIES),
    (TokenId, st.sampled_from(_UUIDS)),
    (Subject, st.one_of(_ids("license", "receipt", "reward"), _PATENTS, st.just(LOG))),
    (Text, _WORDS),
    (AwareDatetime, st.datetimes(timezones=st.just(UTC))),
]


def facts(kind: type[Fact]) -> st.SearchStrategy[Any]:
    """Facts of one type with any values its model allows."""
    return _model(kind)


def _model(model: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(model, include_extras=True)
    fields = {name: _of(hints[name]) for name in model.model_fields}
    return st.builds(model, **fields)


def _of(hint: Any) -> st.SearchStrategy[Any]:
    for alias, strategy in _NAMED:
        if hint == alias:
            return strategy
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _bounded(hint)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of(*(_of(each) for each in arguments))
    if origin is tuple:
        return st.lists(_of(arguments[0]), max_size=3).map(tuple)
    return _plain(hint)


def _plain(hint: Any) -> st.SearchStrategy[Any]:
    if hint is type(None):
        return st.none()
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(-(2**53) + 1, 2**53 - 1)
    if hint is date:
        return st.dates(date(1990, 1, 1), date(2100, 12, 31))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and issubclass(hint, Value | Rate):
        return _model(hint)
    raise TypeError(f"no strategy for {hint}")


def _bounded(hint: Any) -> st.SearchStrategy[Any]:
    base, *marks = get_args(hint)
    if base is str:
        (pattern,) = [each.pattern for each in marks if isinstance(each, StringConstraints)]
        if (own := _OWN_ID.fullmatch(str(pattern))) is not None:
            return _ids(*own[1].split("|"))
        return st.from_regex(str(pattern).removeprefix("^").removesuffix("$"), fullmatch=True)
    bounds = [each for mark in marks for each in _bounds_of(mark)]
    low, high = -(2**53) + 1, 2**53 - 1
    for bound in bounds:
        match bound:
            case Gt(gt=edge):
                low = max(low, int(str(edge)) + 1)
            case Ge(ge=edge):
                low = max(low, int(str(edge)))
            case Lt(lt=edge):
                high = min(high, int(str(edge)) - 1)
            case Le(le=edge):
                high = min(high, int(str(edge)))
            case _:
                pass
    if get_origin(base) is tuple:
        least = max((each.min_length for each in bounds if isinstance(each, MinLen)), default=0)
        return st.lists(_of(get_args(base)[0]), min_size=least, max_size=3).map(tuple)
    if base is not int:
        return _of(base)
    return st.integers(low, high)


def _bounds_of(mark: Any) -> list[Any]:
    return list(mark.metadata) if isinstance(mark, FieldInfo) else [mark]
