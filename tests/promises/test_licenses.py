"""What zhiheng runs with may be given on: no package under the GPL or AGPL, none unknown."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

LOCK = Path(__file__).parents[2] / "requirements.lock"
STRONG = re.compile(r"(?<!L)(?<!LESSER )(?:\bA?GPL|GENERAL PUBLIC LICENSE|AFFERO)")
"""GPL and AGPL by their short and long names; the LGPL (psycopg) only binds changes to itself."""

WEAK = re.compile(r"MIT|BSD|APACHE|MOZILLA|MPL|LGPL|LESSER|PYTHON SOFTWARE|PSF|ISC|UNLICENSE")

Told = tuple[str | None, str | None, list[str]]


def locked() -> list[str]:
    """The packages of the lock that belong on this machine."""
    lines = re.findall(r"^([a-z0-9][^\\\n]*==[^\\\n]*)", LOCK.read_text(), re.MULTILINE)
    required = [Requirement(line) for line in lines]
    return [each.name for each in required if each.marker is None or each.marker.evaluate()]


def told(package: str) -> Told:
    """What an installed package says of its license: expression, free text, classifiers."""
    said = metadata(package)
    expression, text, classifiers = (
        said.get_all(name) or [] for name in ("License-Expression", "License", "Classifier")
    )
    licenses = [each for each in classifiers if each.startswith("License ::")]
    return next(iter(expression), None), next(iter(text), None), licenses


def trouble(said: Told) -> str | None:
    """Why a package may not be used; None if it may. Of a choice (OR) one good one is enough."""
    expression, text, classifiers = said
    if expression:
        choices = re.split(r"\s+OR\s+", expression.upper())
    else:
        choices = [" ".join([(text or "").strip().partition("\n")[0], *classifiers]).upper()]
    good = [each for each in choices if WEAK.search(each) and not STRONG.search(each)]
    return None if good else f"cannot be told or used: {' OR '.join(choices)}"


def test_no_package_that_runs_is_under_the_gpl_or_agpl_or_says_nothing() -> None:
    names = locked()
    assert {"pydantic", "psycopg", "uvicorn"} <= set(names)
    found = {}
    for name in names:
        try:
            found[name] = trouble(told(name))
        except PackageNotFoundError:
            found[name] = "is not installed"
    assert {name: why for name, why in found.items() if why} == {}


@pytest.mark.parametrize(
    ("said", "good"),
    [
        (("MIT", None, []), True),
        (("LGPL-3.0-only", None, []), True),
        (("GPL-3.0-or-later", None, []), False),
        (("AGPL-3.0-only", None, []), False),
        (("GPL-2.0-only OR MIT", None, []), True),
        ((None, "GNU Lesser General Public License v3 (LGPLv3)", []), True),
        ((None, "GNU General Public License v3", []), False),
        ((None, None, ["License :: OSI Approved :: GNU Affero General Public License v3"]), False),
        ((None, None, ["License :: OSI Approved"]), False),
        ((None, "UNKNOWN", []), False),
        ((None, None, []), False),
    ],
)
def test_a_license_is_told_by_its_name(said: Told, good: bool) -> None:
    assert (trouble(said) is None) is good
