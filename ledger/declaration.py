"""A command, the function that decides it, and the facts it may yield: one declaration each."""

from typing import NamedTuple

from ledger.case import Command, Decide
from ledger.facts.base import Fact


class Declaration(NamedTuple):
    """Route, JSONL name and OpenAPI entry of a command all follow from this."""

    command: type[Command]
    decide: Decide
    facts: tuple[type[Fact], ...]

    @property
    def name(self) -> str:
        """The command's name, `resource.verb`."""
        return self.command.NAME
