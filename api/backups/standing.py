"""Whether a ledger may be written to, or has to be restored to its end first."""

from typing import Final

from api.backups.taking import checkpoint_in
from api.backups.trouble import BackupTrouble, Trouble
from api.home import read_head
from api.settings import Settings
from ledger.last_signed import read_last_signed
from ledger.notes import NoteIsMalformed

STAGING: Final = "restoring"
"""The folder of a home in which restored data are made ready."""


def need_no_half_restore(settings: Settings) -> None:
    """Refuse a home whose old data were put aside before the restored ones came in.

    Raises BackupTrouble(RESTORE_WAS_INTERRUPTED).
    """
    home = settings.home
    if (home / STAGING / "postgres").exists() and not (home / "postgres").exists():
        raise BackupTrouble(Trouble.RESTORE_WAS_INTERRUPTED)


def need_whole(settings: Settings, service_url: str) -> None:
    """Refuse to write to a database that lacks signed facts: others would take their positions.

    What was published counts where the file of the last signed checkpoint is of no use. Raises
    BackupTrouble(DATABASE_IS_SHORT).
    """
    try:
        last = read_last_signed(settings.signing_key_file)
        told = None if last is None else last.checkpoint
    except NoteIsMalformed:
        told = None
    told = told or checkpoint_in(settings.log_folder)
    size = read_head(service_url).size
    if told is not None and told.head.size > size:
        raise BackupTrouble(Trouble.DATABASE_IS_SHORT, signed=told.head.size, size=size)
