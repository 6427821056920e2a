"""Withdrawal: an answer is taken back with its receipt, at once and for good."""

from datetime import datetime
from uuid import UUID

from engage.collection.erasure import Because, erase, gone_of, keys_of_receipt
from engage.response.receipts import read_receipt
from engage.response.serials import response_id_of
from engage.settings import Keys
from engage.storage import forms, responses, review, scans
from engage.storage.database import Session


def erase_response(session: Session, keys: Keys, receipt: str, *, actor: str, now: datetime) -> bool:
    """Erase the response with this receipt; false when there is none (never, or no longer).

    It goes everywhere at once, also where it was only held or scanned. Published figures change at the next release.
    """
    code = read_receipt(receipt)
    if code is None:
        return False
    receipt_keys = keys_of_receipt(keys, code)
    response_id, survey, wave = _find(session, receipt_keys)
    if response_id is None:
        return False
    erase(session, keys, gone_of(session, keys, [response_id]), Because("withdrawn", actor, now, survey, wave))
    return True


def _find(session: Session, receipt_keys: tuple[str, ...]) -> tuple[UUID | None, str | None, str | None]:
    """Return the id of the response with this receipt, its survey and its wave, as far as they are known."""
    if response := responses.find_by_receipt(session, *receipt_keys):
        return response.response_id, response.survey, response.wave
    if held := review.find_by_receipt(session, *receipt_keys):
        return held, None, None
    for serial in scans.serials_of(session, receipt_keys):
        form = forms.get(session, serial)
        return response_id_of(serial), form.survey if form else None, form.wave if form else None
    return None, None, None
