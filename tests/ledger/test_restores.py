"""What the log says of itself after a disaster."""

import pytest

from ledger.actors import SEALER
from ledger.facts import LogRestored, OriginSucceeded, SigningKeyAdopted
from ledger.institutions import Log
from ledger.refusals import Refusal, Refused
from ledger.restores import RecordRestore, SucceedOrigin
from ledger.subjects import LOG
from tests.ledger.stage import Stage

OLD, NEW = "example.edu.cn/ledger", "example.edu.cn/second"


def succeed(stage: Stage, origin: str) -> None:
    command = SucceedOrigin(
        origin=origin, predecessor_size=7, predecessor_root="1f" * 32, key=f"{origin}+key"
    )
    stage.scribe.handle(stage.requests.make(command, SEALER))


def test_a_restore_is_a_fact_of_the_log_in_its_own_voice(stage: Stage) -> None:
    command = RecordRestore(backup_size=5, refilled=2)
    stage.scribe.handle(stage.requests.make(command, SEALER))
    last = stage.facts()[-1]
    assert isinstance(last.fact, LogRestored)
    assert (last.fact.backup_size, last.fact.refilled) == (5, 2)
    assert (last.actor, last.institution) == (SEALER, LOG)
    stage.refuses(Refused.ROLE_IS_MISSING, command, "administrator")


def test_a_new_origin_names_the_head_of_the_old_one_and_brings_its_key(stage: Stage) -> None:
    succeed(stage, NEW)
    named, key = (seen.fact for seen in stage.facts()[-2:])
    assert isinstance(named, OriginSucceeded)
    assert (named.predecessor, named.predecessor_size) == (OLD, 7)
    assert isinstance(key, SigningKeyAdopted)
    log: Log = stage.state(LOG)
    assert (log.origin, log.former_origins, log.key) == (NEW, (OLD,), f"{NEW}+key")


def test_no_origin_is_ever_used_again(stage: Stage) -> None:
    succeed(stage, NEW)
    for origin in (OLD, NEW):
        with pytest.raises(Refusal) as refused:
            succeed(stage, origin)
        assert refused.value.code is Refused.SUBJECT_EXISTS_ALREADY
