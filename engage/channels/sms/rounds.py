"""Goes the rounds as long as a process runs: sends texts, tells whoever is on duty, looks for copies and rushes."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from uuid import UUID

from engage.channels.sms.sending import send_texts, settle_unsure
from engage.channels.sms.silence import silent_channels, tell_of_silence
from engage.collection.copies import look_for_copies
from engage.collection.duty_notices import send_duty_notices
from engage.collection.rushes import look_for_rushes
from engage.collection.visit_notices import send_visit_notices
from engage.jobs import where_it_failed
from engage.storage.instance import Instance

#: Seconds between two looks into the outbox, at texts that are unclear, into the duty queue, at silent channels.
SENDING_EVERY, SETTLING_EVERY, TELLING_EVERY, LISTENING_EVERY = 1, 30, 10, 600
#: Seconds between two looks at what came in for copies.
REVIEWING_EVERY = 60
#: Seconds to wait after a fault.
_AFTER_A_FAULT = 60

_log = logging.getLogger("engage.texts")


def start_rounds(instance: Instance, stop: Event) -> None:
    """Start the threads that send texts and word; any number of processes may do so at once."""
    Thread(target=_send, args=(instance, stop), name="texts", daemon=True).start()
    Thread(target=_tell, args=(instance, stop), name="notices", daemon=True).start()
    Thread(target=_review, args=(instance, stop), name="review", daemon=True).start()


def _send(instance: Instance, stop: Event) -> None:
    settle_at = 0.0

    def go() -> int:
        nonlocal settle_at
        sent = send_texts(instance)
        if time.monotonic() >= settle_at:
            settle_unsure(instance)
            settle_at = time.monotonic() + SETTLING_EVERY
        return 0 if sent else SENDING_EVERY

    _again_and_again(go, stop)


def _tell(instance: Instance, stop: Event) -> None:
    listen_at, told = 0.0, dict[UUID, datetime]()

    def go() -> int:
        nonlocal listen_at
        is_sent = send_duty_notices(instance) and send_visit_notices(instance)
        if time.monotonic() >= listen_at:
            told.update(tell_of_silence(instance, silent_channels(instance), told))
            listen_at = time.monotonic() + LISTENING_EVERY
        return TELLING_EVERY if is_sent else _AFTER_A_FAULT

    _again_and_again(go, stop)


def _review(instance: Instance, stop: Event) -> None:
    def go() -> int:
        look_for_rushes(instance)
        look_for_copies(instance)
        return REVIEWING_EVERY

    _again_and_again(go, stop)


def _again_and_again(go: Callable[[], int], stop: Event) -> None:
    """Go a round, wait as long as it says, and never end for a fault."""
    while not stop.is_set():
        try:
            wait = go()
        except Exception as error:  # noqa: BLE001 - the next round still goes; the log says where it failed
            _log.error("a round failed: %s\n%s", type(error).__name__, where_it_failed(error))
            wait = _AFTER_A_FAULT
        stop.wait(wait)
