"""Erasure: what a response is known by when it has to go, and the files that go with its rows."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

#: Under these a transaction remembers what is to be done outside the database when it ends.
FILES, HASHES = "files_to_delete", "erased"
#: Folders of the instance in which files of responses lie.
FOLDERS = ("scans", "files")


@dataclass(frozen=True)
class Gone:
    """Responses that go, at most some hundreds, by everything they are known by."""

    response_ids: tuple[UUID, ...]
    #: Hashes of the ids (SHA-256, hex), as the audit log names responses.
    tombstones: tuple[str, ...]
    #: As people read them: `7KQM-4RTX-CDF3`.
    receipts: tuple[str, ...]
    #: Keyed hashes of the receipts, under every version of the key.
    receipt_keys: tuple[str, ...]
    #: Of those that were answered on paper.
    serials: tuple[str, ...]


def delete_file_after(session: Session, path: str) -> None:
    """Delete a file, named from the instance folder on, once the transaction is committed."""
    if path.partition("/")[0] not in FOLDERS or ".." in path:
        raise ValueError("a file of a response lies in one of the instance's folders for such")
    session.info.setdefault(FILES, []).append(path)


def note_erased(session: Session, tombstones: tuple[str, ...]) -> None:
    """Have hashes of erased responses written outside the database before the transaction is committed."""
    session.info.setdefault(HASHES, []).extend(tombstones)
