"""Subjects that a fact brings in without changing them: who may name which."""

from collections.abc import Iterable

from ledger.case import Case
from ledger.refusals import Refusal, Refused


def need_within(case: Case, subject: str, institution: str) -> None:
    """Refuse with SUBJECT_IS_UNKNOWN what nothing is known of, or is another institution's alone.

    Counterparties and the like belong to nobody; a patent is also its co-owners'.
    """
    state = case.read(object, subject)
    known = getattr(state, "known", state != type(state)())
    recorder = getattr(state, "institution", getattr(state, "claimant", institution))
    owners = getattr(state, "owners", ())
    if not known or institution not in (recorder, *owners):
        raise Refusal(Refused.SUBJECT_IS_UNKNOWN, subject=subject)


def need_all_within(case: Case, subjects: Iterable[str | None]) -> None:
    """The same for every subject that the case's institution names; None stands for none."""
    for subject in subjects:
        if subject is not None:
            need_within(case, subject, case.institution)
