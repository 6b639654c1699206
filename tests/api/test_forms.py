"""What people fill into a command's form, as the body that the command's own check reads."""

import pytest

from api.console.form_shapes import Look, body_of, is_simple, shapes_of
from api.console.forms import capitals_of, fields_of
from api.console.telling import Teller
from api.door import read_command
from ledger.commands import BY_NAME
from ledger.licenses import GrantLicense
from ledger.refusals import Refusal, Refused

FIRM = "counterparty:91310112MA1GD00041"
RECEIPT = "receipt:00000000-0000-0000-0000-000000000001"
CONTRACT = "license:00000000-0000-0000-0000-000000000002"


def body(name: str, **sent: str | list[str]) -> dict[str, object]:
    form = {key.replace("__", "."): [v] if isinstance(v, str) else v for key, v in sent.items()}
    return body_of(shapes_of(BY_NAME[name].command), form)


def test_amounts_are_read_as_yuan_and_rows_left_empty_are_no_rows() -> None:
    found = body(
        "receipt.allocate",
        receipt=RECEIPT,
        parts__0__contract=CONTRACT,
        parts__0__purpose="license-fee",
        parts__0__amount_fen="1,234.50",
        parts__1__contract="",
        parts__1__amount_fen=" ",
    )
    part = {"contract": CONTRACT, "purpose": "license-fee", "amount_fen": 123_450}
    assert found == {"receipt": RECEIPT, "parts": [part]}
    read_command(BY_NAME["receipt.allocate"], found)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("12.5%", {"numerator": 1, "denominator": 8}),
        ("1/1000", {"numerator": 1, "denominator": 1000}),
        ("half", "half"),
        ("1e999999%", "1e999999%"),
    ],
)
def test_shares_are_read_exactly_or_left_for_the_command_to_refuse(
    text: str, share: object
) -> None:
    assert body("equity.exit", share=text)["share"] == share


def test_rows_grow_by_one_when_asked_and_end_with_a_blank_one() -> None:
    shapes = [s for s in shapes_of(GrantLicense) if s.name == "terms"]

    def rows(**sent: str) -> tuple[int, bool]:
        given = {key.replace("__", "."): [text] for key, text in sent.items()}
        ((terms,),) = [fields_of(shapes, {}, given, "zh")]
        (dues,) = [field for field in terms.rows[0] if field.name == "terms.instalments"]
        return len(dues.rows), dues.grown

    blank, asked = {"terms__instalments__1__due": ""}, {"again": "terms.instalments"}
    assert rows() == (2, False)
    assert rows(**blank) == (2, False)
    assert rows(**blank, **asked) == (3, True)
    assert rows(**blank, again="true") == (2, False)
    assert rows(terms__instalments__1__due="2022-08-01") == (3, False)


def test_a_license_can_be_written_down_in_a_form() -> None:
    found = body(
        "license.grant",
        contract_number="X-1",
        counterparty=FIRM,
        patents=["patent:2018100000014"],
        signed="2022-05-20",
        terms__exclusivity="ordinary",
        terms__territory="上海市\n江苏省",
        terms__starts="2022-05-21",
        terms__payment="fixed",
        terms__fixed_fee_fen="1000",
        terms__entry_fee_fen="0",
        terms__minimum_royalty_fen="0",
    )
    command = read_command(BY_NAME["license.grant"], found | {"license": CONTRACT})
    assert isinstance(command, GrantLicense)
    assert command.terms.territory == ("上海市", "江苏省")
    assert (command.terms.ends, command.terms.instalments) == (None, ())
    assert command.terms.fixed_fee_fen == 100_000


def test_what_cannot_be_read_is_refused_by_the_name_of_its_field() -> None:
    found = body("annuity.pay", patent="patent:2018100000014", year="four", amount_fen="many")
    with pytest.raises(Refusal) as refused:
        read_command(BY_NAME["annuity.pay"], found)
    assert refused.value.code is Refused.COMMAND_IS_MALFORMED
    fields = {error["field"] for error in refused.value.values["errors"]}
    assert {"year", "amount_fen"} <= fields


def test_the_bank_speaks_for_its_own_line() -> None:
    names = [shape.name for shape in shapes_of(BY_NAME["receipt.claim"].command)]
    assert names == ["receipt", "payer"]


def test_subjects_are_known_by_kind_and_ids_the_door_gives_are_not_asked() -> None:
    shapes = {each.name: each for each in shapes_of(BY_NAME["counterparty.check"].command)}
    assert "check" not in shapes
    assert shapes["counterparty"].kinds == ("counterparty",)
    assert shapes["contract"].kinds == ("license", "assignment", "equity", "contract", "partner")
    assert shapes["matters"].look is Look.CHOICES
    assert not shapes["on"].needed
    assert is_simple(shapes.values())
    assert not is_simple(shapes_of(BY_NAME["fact.correct"].command))


def test_an_amount_is_said_back_in_capital_numerals_before_it_is_written() -> None:
    assert capitals_of("123万") == capitals_of("1,230,000.00") == "壹佰贰拾叁万元整"
    assert capitals_of("一百万") == ""
    look, told = (Teller("zh", {}, capitals=capitals) for capitals in (True, False))
    assert look.value("amount_fen", 123_000_000).text == "1,230,000.00 元（壹佰贰拾叁万元整）"
    assert told.value("amount_fen", 123_000_000).text == "1,230,000.00 元"
    shapes = shapes_of(BY_NAME["receipt.refund"].command)
    (field,) = (
        each
        for each in fields_of(shapes, {}, {"amount_fen": ["12.5万元"]}, "zh")
        if each.name == "amount_fen"
    )
    assert (field.title, field.capitals) == ("金额（元）", "壹拾贰万伍仟元整")
    assert body("receipt.refund", amount_fen="12.5万元")["amount_fen"] == 12_500_000
