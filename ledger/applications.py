"""Applications on their way to a right: published, withdrawn, or rejected by the office."""

from datetime import date
from typing import ClassVar

from ledger.actors import Role
from ledger.case import Case, Command, Decision, New
from ledger.declaration import Declaration
from ledger.facts import PatentPublished, PatentRejected, PatentWithdrawn
from ledger.rights import PENDING, Status, filings, patent_and_day, unless
from ledger.subjects import PatentId, Text

_UNPUBLISHED: frozenset[Status] = frozenset({"pending"})

# --- Commands

_STAFF = frozenset({Role.CENTRE_STAFF})


class PublishPatent(Command):
    """Record that the application was published."""

    NAME: ClassVar[str] = "patent.publish"
    ZH: ClassVar[str] = "登记专利申请公布"
    EN: ClassVar[str] = "Record the publication of an application"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    publication: Text | None = None
    on: date | None = None


class WithdrawPatent(Command):
    """Record that the application was withdrawn, or counts as withdrawn."""

    NAME: ClassVar[str] = "patent.withdraw"
    ZH: ClassVar[str] = "登记专利申请撤回"
    EN: ClassVar[str] = "Record the withdrawal of an application"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    on: date | None = None


class RejectPatent(Command):
    """Record that the office rejected the application."""

    NAME: ClassVar[str] = "patent.reject"
    ZH: ClassVar[str] = "登记专利申请驳回"
    EN: ClassVar[str] = "Record the rejection of an application"
    ROLES: ClassVar[frozenset[Role] | None] = _STAFF
    patent: PatentId
    on: date | None = None


# --- decide


def publish_patent(command: PublishPatent, case: Case) -> Decision:
    """Record a publication; one of anything but an unpublished application is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = PatentPublished(patent=command.patent, publication=command.publication, on=on)
    breaches = unless(_UNPUBLISHED, "right-is-not-pending", command.patent, patent, on)
    return Decision((New(fact, filings({command.patent: patent})),), breaches)


def withdraw_patent(command: WithdrawPatent, case: Case) -> Decision:
    """Record a withdrawal; where nothing was pending any more it is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = PatentWithdrawn(patent=command.patent, on=on)
    breaches = unless(PENDING, "right-is-not-pending", command.patent, patent, on)
    return Decision((New(fact, filings({command.patent: patent})),), breaches)


def reject_patent(command: RejectPatent, case: Case) -> Decision:
    """Record a rejection; where nothing was pending any more it is a breach."""
    patent, on = patent_and_day(case, command.patent, command.on)
    fact = PatentRejected(patent=command.patent, on=on)
    breaches = unless(PENDING, "right-is-not-pending", command.patent, patent, on)
    return Decision((New(fact, filings({command.patent: patent})),), breaches)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(PublishPatent, publish_patent, (PatentPublished,)),
    Declaration(WithdrawPatent, withdraw_patent, (PatentWithdrawn,)),
    Declaration(RejectPatent, reject_patent, (PatentRejected,)),
)
