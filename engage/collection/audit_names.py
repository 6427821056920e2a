"""The names that one thing goes by in the audit log: a receipt, a serial, a survey, a flag."""

from engage.collection.erasure import ERASED, keys_of_receipt
from engage.response.receipts import read_receipt, tombstone_of
from engage.response.serials import read_serial, response_id_of, spoken
from engage.settings import Keys
from engage.storage import responses, review, safeguarding, scans
from engage.storage.audit_search import Sought, find_lines
from engage.storage.database import Session


def names_of(session: Session, keys: Keys, typed: str) -> tuple[str, ...]:
    """Return every name of what somebody typed; of a receipt that leads to nothing, what its erasure left."""
    text = typed.strip()
    if not text:
        return ()
    names = {text}
    if receipt := read_receipt(text):
        names |= _of_receipt(session, keys_of_receipt(keys, receipt))
    if serial := read_serial(text):
        names |= _of_serial(serial)
    return tuple(sorted(names))


def _of_receipt(session: Session, receipt_keys: tuple[str, ...]) -> set[str]:
    names = set(receipt_keys)
    stored = responses.find_by_receipt(session, *receipt_keys)
    response_id = stored.response_id if stored else review.find_by_receipt(session, *receipt_keys)
    if response_id:
        names |= {tombstone_of(response_id), *map(str, safeguarding.ids_about(session, response_id))}
    else:
        erased = find_lines(session, Sought(action=ERASED, subjects=receipt_keys), most=1)
        names |= {line.subject for line in erased if line.subject}
    for serial in (stored.serial if stored else None, *scans.serials_of(session, receipt_keys)):
        names |= _of_serial(serial) if serial else set()
    return names


def _of_serial(serial: str) -> set[str]:
    return {serial, spoken(serial), tombstone_of(response_id_of(serial))}
