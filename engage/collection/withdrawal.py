"""Withdrawal: an answer is taken back with its receipt, at once and for good."""

from datetime import datetime

from engage.collection.scan_pages import withdraw_scans
from engage.response.receipts import read_receipt, receipt_key, tombstone_of
from engage.response.serials import response_id_of
from engage.settings import Keys
from engage.storage import audit, responses, review, scans, tombstones
from engage.storage.database import Session


def erase_response(session: Session, keys: Keys, receipt: str, *, actor: str, now: datetime) -> bool:
    """Erase the response with this receipt; false when there is none (never, or no longer).

    A hash of its id stays behind, so that a late retry or a restored backup cannot bring it back. Published
    figures change at the next release. What was read on a scanned form goes too, also before it is stored; its
    pictures, which nothing leads to any more, go with the next round of `scan_retention`.
    """
    code = read_receipt(receipt)
    if code is None:
        return False
    key = receipt_key(code, keys.receipts)
    response = responses.find_by_receipt(session, key)
    response_id = response.response_id if response else review.find_by_receipt(session, key)
    if scanned := scans.find_form_by_receipt(session, key):
        response_id = response_id_of(scanned.serial)
        withdraw_scans(session, scanned)
    if response_id is None:
        return False
    tombstones.raise_over(session, tombstone_of(response_id))
    responses.remove(session, response_id)
    review.remove(session, response_id)
    audit.append(session, keys.audit, at=now, actor=actor, action="response.erased", subject=tombstone_of(response_id))
    return True
