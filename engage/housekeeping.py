"""Keeps house by itself: forgets what is over, whichever process runs, and erases again what came back."""

import logging
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

from engage import jobs
from engage.channels.sms.upkeep import look_after_conversations
from engage.collection.coming_back import complete_list, erase_again
from engage.collection.retention import forget_waves, forget_what_is_over
from engage.collection.scan_retention import forget_old_scans
from engage.collection.undoing import settle_decisions
from engage.collection.words import gather_everywhere
from engage.jobs import where_it_failed
from engage.reporting.coverage_counting import count_replies
from engage.staff.progress_mail import send_monthly
from engage.storage import jobs as stored_jobs
from engage.storage import snapshots
from engage.storage.instance import Instance

#: Seconds between two rounds.
ROUND_EVERY = 600
#: Files that jobs made, printed forms among them, and letters that no mail server took are kept for so long.
FILE_LIFE = timedelta(days=30)

_log = logging.getLogger("engage.housekeeping")


def start_housekeeping(instance: Instance, stop: Event) -> None:
    """Start the thread that keeps house; any number of processes may do so at once."""
    Thread(target=_again_and_again, args=(instance, stop), name="housekeeping", daemon=True).start()


def keep_house(instance: Instance) -> None:
    """Go one round: everything whose time is over goes, and nothing else."""
    look_after_conversations(instance)
    with instance.database.writing() as session:
        forget_what_is_over(session, instance.now())
        settle_decisions(session, instance.settings.keys, instance.now())
    count_replies(instance)
    gather_everywhere(instance)
    send_monthly(instance)
    forget_waves(instance)
    forget_old_scans(instance)
    forget_files(instance)
    with instance.database.reading() as session:
        snapshots.forget_stale(session)
    instance.database.shrink()


def forget_files(instance: Instance) -> None:
    """Delete files that jobs made so long ago; the jobs say so. Letters go likewise."""
    before = instance.now() - FILE_LIFE
    with instance.database.writing() as session:
        stored_jobs.forget_files(session, before, f"The file was deleted after {FILE_LIFE.days} days.")
    _delete_older(jobs.files_of(instance))
    jobs.forget_half_made(instance)
    _delete_older(instance.settings.instance / "mail")


def _delete_older(folder: Path) -> None:
    """Delete the files of a folder that were written so long ago, by the clock of the file system."""
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if path.is_file() and time.time() - path.stat().st_mtime > FILE_LIFE.total_seconds():
                path.unlink()


def _again_and_again(instance: Instance, stop: Event) -> None:
    """Keep house as long as the process runs, and never end for a fault."""
    erased_bytes = -1
    while not stop.is_set():
        try:
            if erased_bytes != instance.database.erasures.size():
                erase_again(instance, instance.database.erasures)
                complete_list(instance)
                erased_bytes = instance.database.erasures.size()
            keep_house(instance)
        except Exception as error:  # noqa: BLE001 - the next round still goes; the log says where it failed
            _log.error("keeping house failed: %s\n%s", type(error).__name__, where_it_failed(error))
        stop.wait(ROUND_EVERY)
