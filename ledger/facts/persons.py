"""Natural persons, by id only: what identifies them lies encrypted in the vault."""

from datetime import date
from typing import ClassVar

from ledger.facts.base import Fact
from ledger.subjects import Digest, PersonId


class PersonRegistered(Fact):
    """A person became known; the salted commitment fixes the name without telling it."""

    TOPIC: ClassVar[str] = "person-registered.v1"
    person: PersonId
    name_commitment: Digest
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.person,)


class PersonErased(Fact):
    """The person's key was destroyed: nobody can read the personal fields any more."""

    TOPIC: ClassVar[str] = "person-erased.v1"
    person: PersonId
    on: date

    def subjects(self) -> tuple[str, ...]:
        return (self.person,)
