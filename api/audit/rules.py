"""What must have held at every moment of the log, and whether its facts name it and its key."""

from collections.abc import Sequence

from api.audit.findings import Found, Report, Said, Step
from api.audit.log import Log
from compliance.invariants import INVARIANTS, broken
from ledger.facts import LogOpened, OriginSucceeded, SigningKeyAdopted
from ledger.notes import VerifierKey
from projections.tape import Tape


def check_rules(log: Log, keys: Sequence[VerifierKey], report: Report) -> None:
    """Every invariant at every prefix. Of an institution's part those that need the whole log are
    left open, and said to be."""
    if log.tape is None:
        report.remark(Step.INVARIANTS, Said.ENTRIES_ARE_DAMAGED)
        return
    _check_names(log.tape, keys, report)
    for invariant in INVARIANTS:
        zh, en = invariant.words.zh, invariant.words.en
        if invariant.city_wide and report.institution is not None:
            report.remark(Step.INVARIANTS, Said.NEEDS_WHOLE_LOG, name=invariant.id)
            continue
        report.looked[Step.INVARIANTS] += 1
        for position, about in broken(log.tape, invariant).iter_rows():
            rule = {"rule": invariant.id, "zh": zh, "en": en, "about": about}
            report.find(Step.INVARIANTS, Found.RULE_IS_BROKEN, position, **rule)


def _check_names(tape: Tape, keys: Sequence[VerifierKey], report: Report) -> None:
    """The log's own name and keys, against checkpoint and the key that was given."""
    opened = tape.frame(LogOpened).select("origin", "clock").collect()
    followed = tape.frame(OriginSucceeded).select("origin").collect()
    adopted = tape.frame(SigningKeyAdopted).select("position", "key").collect()
    origin = [*opened["origin"], *followed["origin"]][-1:]
    if origin != [report.origin]:
        told = {"origin": report.origin, "name": ", ".join(origin)}
        report.find(Step.SIGNATURES, Found.CHECKPOINT_IS_OF_ANOTHER_LOG, None, **told)
    known = adopted["key"].to_list()[-1:]
    if not {str(key) for key in keys} & set(known):
        position = adopted["position"].to_list()[-1:]
        report.find(Step.SIGNATURES, Found.KEY_IS_NOT_ADOPTED, *(position or [None]))
    if "simulated" in opened["clock"]:
        report.remark(Step.SIGNATURES, Said.CLOCK_IS_SIMULATED)
