"""Subjects that a fact brings in without changing them: who may name which."""

from collections.abc import Iterable

from ledger.case import Case
from ledger.institutions import Log
from ledger.refusals import Refusal, Refused
from ledger.subjects import LOG, kind_of


def need_within(case: Case, subject: str, institution: str) -> None:
    """Refuse with SUBJECT_IS_UNKNOWN what nothing is known of, or is another institution's alone.

    Counterparties and the like belong to nobody; a patent is also its co-owners', and only the
    bureau names other institutions than its own. Accounts and the log are no matter of business.
    """
    state = case.read(object, subject)
    known = getattr(state, "known", state != type(state)())
    if not known or institution not in _who_may_name(case, subject, state, institution):
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)


def _who_may_name(case: Case, subject: str, state: object, institution: str) -> tuple[str, ...]:
    match kind_of(subject):
        case "log" | "actor":
            return ()
        case "institution":
            return (subject, case.read(Log, LOG).bureau or subject)
        case _:
            recorder = getattr(state, "institution", getattr(state, "claimant", institution))
            return (recorder, *getattr(state, "owners", ()))


def need_all_within(case: Case, subjects: Iterable[str | None]) -> None:
    """The same for every subject that the case's institution names; None stands for none."""
    for subject in subjects:
        if subject is not None:
            need_within(case, subject, case.institution)
