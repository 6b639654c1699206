"""What pages offer: every form from somewhere, and only what can be done to the thing now."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from api.console.act_conditions import CONDITIONS, UNFITTING
from api.console.acts import ACTS, AT_THE_DESK, AT_THE_FACT, FORMS
from api.console.choosers import CHOICES_MAX
from api.console.form_shapes import Look, shapes_of
from api.console.row_acts import things_of
from api.postgres import Logins
from api.texts import BREACHES
from ledger.actors import Role
from ledger.folding import FOLDS
from projections.view import Kind
from projections.views import VIEWS
from tests.api.figure_house import LICENSES, PATENTS, FigureHouse, open_figure_house
from tests.api.http_house import Browser
from tests.api.office import FIRST

OFFERED = {act.name for acts in ACTS.values() for act in acts}
STARTING = {"centre.designate", "patent.file", "patent.claim-number", "fund.open"}
"""Offered about a thing, and begun at the desk as well."""


@pytest.fixture
def house(ledger: Logins, tmp_path: Path) -> Iterator[FigureHouse]:
    with open_figure_house(ledger, tmp_path) as opened:
        yield opened


@pytest.fixture
def staff(house: FigureHouse) -> Browser:
    return house.signed_in(house.office.hire(Role.CENTRE_STAFF, FIRST))


def test_every_command_with_a_form_is_offered_about_a_thing_at_the_desk_or_at_a_fact() -> None:
    every = {command.NAME for command in FORMS}
    assert every == OFFERED | AT_THE_DESK | AT_THE_FACT
    assert OFFERED & AT_THE_DESK == STARTING
    assert not OFFERED & AT_THE_FACT


def test_acts_name_fields_and_kinds_that_their_commands_have() -> None:
    for kind, acts in ACTS.items():
        assert kind in FOLDS
        for act in acts:
            if act.shape is not None:
                assert act.shape in shapes_of(act.command)
                assert act.shape.look in (Look.SUBJECT, Look.SUBJECTS)
                assert kind in (act.shape.kinds or FOLDS)
    assert CONDITIONS.keys() <= OFFERED
    assert BREACHES.keys() >= UNFITTING


def test_rows_of_every_view_with_a_subject_in_its_key_are_about_one() -> None:
    for view in VIEWS:
        kinds = {column.name: column.kind for column in view.columns}
        row = tuple("kind:x" if c.kind is Kind.SUBJECT else None for c in view.columns)
        (thing,) = things_of(view, [row])
        keyed = any(kinds[name] is Kind.SUBJECT and name != "institution" for name in view.key)
        assert (thing is not None) >= keyed, view.name


def links(text: str, command: str) -> list[str]:
    return re.findall(rf'href="(/forms/{re.escape(command)}\?[^"]+)"', text)


def test_a_granted_patent_is_not_offered_its_grant_and_its_form_comes_filled_in(
    house: FigureHouse, staff: Browser
) -> None:
    pending = "patent:2019800000017"
    filer = house.office.hire(Role.CENTRE_STAFF, FIRST)
    filed = {"patent": pending, "title": "待授权装置", "filed": "2019-05-06"}
    house.office.do("patent.file", filed, filer)
    table = staff.page("/views/patents").text
    assert "<summary>办理</summary>" in table
    (grant,) = links(table, "patent.grant")
    assert quote(pending, safe="") in grant
    assert len(links(table, "license.grant")) == 2
    form = staff.page(grant.replace("&amp;", "&"))
    assert form.status_code == 200
    assert f'<option value="{pending}" selected>' in form.text
    assert 'name="back" value="/views/patents"' in form.text
    history = staff.page(f"/history/{quote(PATENTS[FIRST], safe='')}").text
    assert not links(history, "patent.grant")
    assert links(history, "patent.lapse")
    assert links(history, "decision.record"), "what takes anything stands on the page itself"
    assert not links(table, "decision.record"), "and not in every row"


def test_nobody_is_offered_what_another_role_does(house: FigureHouse, staff: Browser) -> None:
    clerk = house.signed_in(house.office.clerk)
    license_page = f"/history/{quote(LICENSES[FIRST], safe='')}"
    assert links(staff.page(license_page).text, "license.amend")
    assert not links(clerk.page(license_page).text, "license.amend")
    assert links(clerk.page(license_page).text, "instalment.schedule")
    assert "<summary>办理</summary>" not in clerk.page("/views/receipts?known_at=3").text


def test_closed_days_can_only_be_reopened(house: FigureHouse) -> None:
    approver = house.office.hire(Role.FINANCE_APPROVER, FIRST)
    days = {"first": "2022-05-01", "last": "2022-05-31"}
    house.office.do("period.close", days, approver)
    browser = house.signed_in(approver)
    (reopen,) = links(browser.page("/views/periods").text, "period.reopen")
    assert "first=2022-05-01&amp;last=2022-05-31" in reopen
    house.office.do("period.reopen", {**days, "reason": "补记"}, approver)
    assert not links(browser.page("/views/periods").text, "period.reopen")


def test_a_chooser_of_many_is_bounded_and_words_find_the_others(house: FigureHouse) -> None:
    office = house.office
    staff = office.hire(Role.CENTRE_STAFF, FIRST)
    for number in range(CHOICES_MAX + 5):
        said = {"identifier_kind": "foreign-register", "code": f"DE-HRB{number:05}"}
        office.do("counterparty.register", {**said, "name": f"远方公司{number:04}"}, staff)
    browser = house.signed_in(staff)
    form = browser.page("/forms/contract.sign").text
    assert form.count("远方公司") <= CHOICES_MAX
    assert 'name="find:counterparty"' in form
    assert "远方公司0204" not in form
    sent = {"find:counterparty": "远方 0204", "contract_number": "另-1", "again": "true"}
    found = browser.confirmed("/forms/contract.sign", sent).text
    assert found.count("远方公司") == 1
    assert "远方公司0204</option>" in found
    assert 'value="另-1"' in found, "what was filled in stays"


def test_no_choice_is_called_by_the_beginning_of_its_id(staff: Browser) -> None:
    for name in ("license.amend", "license.grant", "technology-contract.register", "lead.open"):
        options = re.findall(r"<option[^>]*>([^<]*)</option>", staff.page(f"/forms/{name}").text)
        assert options
        assert not [each for each in options if re.search(r"[0-9a-f]{8}…", each)], name
