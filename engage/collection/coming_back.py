"""Erases again what came back: answers on the list of erasures that a backup or a copied file has brought back."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar
from uuid import UUID

from engage.collection.erasure import BATCH, Because, erase, gone_of
from engage.response.receipts import tombstone_of
from engage.response.serials import response_id_of
from engage.storage import drafts, responses, review, scans, tombstones
from engage.storage.database import Session
from engage.storage.erasure import note_erased
from engage.storage.erasure_list import ErasureList
from engage.storage.instance import Instance

_Entry = TypeVar("_Entry")
#: How the audit log names whoever erases again by itself.
ACTOR = "erasure list"
#: Hashes that are compared with the database at once.
_COMPARED = 500


def erase_again(instance: Instance, erased: ErasureList, actor: str = ACTOR) -> int:
    """Raise every tombstone of a list that the database lacks and erase what it stood over; returns how many came back.

    Harmless when nothing came back: the list is then only read. Raises ErasureListFaulty.
    """
    keys = instance.settings.keys
    with instance.database.reading() as session:
        missing = {entry for some in _by_hundreds(erased.read()) for entry in tombstones.missing_among(session, some)}
        back = [response_id for response_id in _kept_ids(session) if tombstone_of(response_id) in missing]
    for some in _by_hundreds(sorted(missing)):
        with instance.database.writing() as session:
            tombstones.raise_over(session, some)
            note_erased(session, tuple(some))  # the list may be another instance's: this one's is whole again
    for ids in _by_hundreds(dict.fromkeys(back), BATCH):
        with instance.database.writing() as session:
            erase(session, keys, gone_of(session, keys, ids), Because("restored", actor, instance.now()))
    return len(set(back))


def complete_list(instance: Instance) -> int:
    """Write down outside every erasure that only the database knows; returns how many the list lacked."""
    erased = instance.database.erasures
    listed = set(erased.read())
    with instance.database.reading() as session:
        missing = [entry for entry in tombstones.all_hashes(session) if entry not in listed]
    erased.add(missing)
    return len(missing)


def _kept_ids(session: Session) -> Iterator[UUID]:
    """Yield the id of every response of which something is kept."""
    scanned = map(response_id_of, scans.all_serials(session))
    yield from chain(responses.all_ids(session), review.all_ids(session), drafts.all_ids(session), scanned)


def _by_hundreds(entries: Iterable[_Entry], most: int = _COMPARED) -> Iterator[list[_Entry]]:
    remaining = iter(entries)
    while some := list(islice(remaining, most)):
        yield some
