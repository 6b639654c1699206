"""The closed list of commands: what each may write, and who may ask for it."""

import re

from ledger.actors import Role
from ledger.case import Command
from ledger.commands import BY_COMMAND, BY_NAME, DECLARATIONS
from ledger.facts import FACTS

ADMINISTRATION = {
    "actor.register",
    "institution.register",
    "log.open",
    "person.erase",
    "person.register",
    "role.grant",
    "right.confirm",
    "right.decline",
    "right.affirm",
    "role.revoke",
    "signing-key.adopt",
    "token.issue",
    "token.revoke",
}
"""What an administrator may ask for besides opening the log: access, tenants, persons."""

BY_THE_LOG_ITSELF = {
    "access.recover",
    "heads.record",
    "log.record-restore",
    "log.succeed-origin",
    "reads.digest",
}
"""What the program records in a voice of its own."""


AUDIT_WORK = {
    "comparison.record",
    "evidence.keep",
    "finding.close",
    "finding.raise",
    "finding.verify",
    "paper.make",
    "sample.draw",
    "sample.project",
}
"""What auditors may ask for: it moves neither rights nor money."""


def test_every_command_is_named_resource_dot_verb_and_no_name_stands_for_two() -> None:
    names = [declaration.name for declaration in DECLARATIONS]
    words = "[a-z]+(-[a-z]+)*"
    assert [name for name in names if not re.fullmatch(rf"{words}\.{words}", name)] == []
    assert len(set(names)) == len(names) == len(BY_NAME) == len(BY_COMMAND)


def test_every_command_says_what_it_is_in_both_languages_and_words() -> None:
    for declaration in DECLARATIONS:
        command = declaration.command
        assert re.search(r"[\u4e00-\u9fff]", command.ZH), command
        assert re.fullmatch(r"[A-Z].*[^.]", command.EN), command
        assert command.__doc__ != Command.__doc__
        assert declaration.decide.__doc__, declaration.name
    for words in (
        [each.command.ZH for each in DECLARATIONS],
        [each.command.EN for each in DECLARATIONS],
    ):
        assert len(set(words)) == len(words)


def test_every_fact_type_can_be_written_and_every_command_writes_something() -> None:
    written = {fact for declaration in DECLARATIONS for fact in declaration.facts}
    assert written == set(FACTS)
    assert [each.name for each in DECLARATIONS if not each.facts] == []


def test_only_the_opening_of_a_log_asks_for_no_role() -> None:
    assert [each.name for each in DECLARATIONS if each.command.ROLES is None] == ["log.open"]


def test_what_the_log_says_of_itself_is_open_to_no_role() -> None:
    nobody = {
        each.name
        for each in DECLARATIONS
        if each.command.ROLES is not None and not each.command.ROLES
    }
    assert nobody == BY_THE_LOG_ITSELF


def test_every_role_that_acts_is_a_role_and_fresh_and_private_fields_exist() -> None:
    for declaration in DECLARATIONS:
        command = declaration.command
        assert (command.ROLES or frozenset()) <= set(Role)
        fields = set(command.model_fields) - set(Command.model_fields)
        assert {*command.PRIVATE, *([command.FRESH] if command.FRESH else [])} <= fields


def test_an_administrator_has_no_business_command() -> None:
    allowed = {
        each.name for each in DECLARATIONS if Role.ADMINISTRATOR in (each.command.ROLES or ())
    }
    assert allowed <= ADMINISTRATION


def test_those_who_only_read_write_nothing() -> None:
    readers = {Role.SECURITY_AUDITOR, Role.EDUCATION_COMMISSION_READER}
    assert [e.name for e in DECLARATIONS if readers & set(e.command.ROLES or ())] == []


def allowed_to(role: Role) -> set[str]:
    return {each.name for each in DECLARATIONS if role in (each.command.ROLES or ())}


def test_outside_auditors_do_audit_work_and_nothing_else() -> None:
    assert allowed_to(Role.STATE_AUDITOR) == AUDIT_WORK
    assert allowed_to(Role.CERTIFICATION_AUDITOR) == AUDIT_WORK


def test_an_internal_auditor_records_checks_besides() -> None:
    assert allowed_to(Role.INTERNAL_AUDITOR) == AUDIT_WORK | {
        "counterparty.check",
        "risk.assess",
        "contract.review-clauses",
        "patent.check-status",
    }


def test_no_command_takes_a_float() -> None:
    for declaration in DECLARATIONS:
        schema = declaration.command.model_json_schema()
        assert '"number"' not in repr(_types(schema)), declaration.name


def _types(value: object) -> list[object]:
    """Every JSON type a schema names."""
    if isinstance(value, dict):
        own = [f'"{value["type"]}"'] if isinstance(value.get("type"), str) else []
        return own + [kind for item in value.values() for kind in _types(item)]
    if isinstance(value, list):
        return [kind for item in value for kind in _types(item)]
    return []
