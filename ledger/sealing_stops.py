"""Why the log is not sealed: a closed vocabulary, as refusals have one."""

from enum import StrEnum
from typing import Any


class Stop(StrEnum):
    """Why nothing is sealed; the words stand in `texts.sealing`."""

    NO_KEY_IS_ADOPTED = "no_key_is_adopted"
    KEY_IS_MISSING = "key_is_missing"
    KEY_DOES_NOT_MATCH = "key_does_not_match"
    LAST_SIGNED_IS_MISSING = "last_signed_is_missing"
    LAST_SIGNED_IS_DAMAGED = "last_signed_is_damaged"
    ANOTHER_HOST_SIGNS = "another_host_signs"
    ANOTHER_PROCESS_SEALS = "another_process_seals"
    LOG_IS_SHORTER_THAN_SIGNED = "log_is_shorter_than_signed"
    HISTORY_WAS_CHANGED = "history_was_changed"
    LEAF_IS_NOT_THE_ENTRYS = "leaf_is_not_the_entrys"


class SealingStopped(Exception):
    """Sealing must not go on; `reason` says which rule, `values` hold sizes and positions."""

    def __init__(self, reason: Stop, **values: Any) -> None:
        self.reason, self.values = reason, values
        super().__init__(reason.value, values)
