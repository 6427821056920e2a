"""Sheets that staff photograph: opened as the page sealed them, read at once, and told of one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from types import MappingProxyType
from uuid import UUID

from engage.channels.paper.intake import receive_file, take_sealed
from engage.sealing import ENC_BYTES, SHEET_INFO, find_key, read_keys
from engage.staff.scan_words import PROBLEMS
from engage.staff.scanning import FormShown, forms_shown, pages_shown
from engage.storage import scans
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.scans import ScanFile

#: Bytes of one picture; the page sends at most 4 million.
LARGEST_PHOTOGRAPH = 4_500_000
#: What a picture is called among the scans.
NAME = "photograph.jpg"
#: How a JPEG begins.
_JPEG = b"\xff\xd8\xff"
#: How far back, and how many, sheets are told of.
_TOLD_FOR, _TOLD = timedelta(hours=24), 60
#: After so long a reading that has not ended is taken for broken off.
_READING = timedelta(minutes=2)
#: Why a picture is not taken; sending it again does not help.
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "not_sent": "Nothing came with this sheet. Take it again.",
        "too_large": "The picture is too large. Take it again.",
        "unknown_key": "Sealed to a key that is gone. Load this page again, then take the sheet again.",
        "cannot_be_opened": "Changed on its way, or not sealed by this page. Take the sheet again.",
        "not_an_image": "No picture came with this sheet. Take it again.",
    }
)


class PhotographRefused(Exception):
    """A picture that is not taken, however often it is sent; the message is one of REFUSALS."""

    def __init__(self, code: str) -> None:
        super().__init__(REFUSALS[code])


@dataclass(frozen=True)
class SheetShown:
    """One photographed sheet in words; `state` is `sent`, `read`, `person` or `wrong`."""

    at: datetime
    state: str
    words: str
    form: str | None = None
    page: int | None = None


def take_photograph(instance: Instance, sheet_id: UUID, key_id: str, sealed: bytes, *, by: str) -> None:
    """Keep a picture and read it at once; sent again under its id, it is only read on if it was not.

    Raises PhotographRefused.
    """
    with instance.database.reading() as session:
        file = scans.get_file(session, sheet_id)
    if file is None:
        picture = open_photograph(instance, sheet_id, key_id, sealed)
        receive_file(instance, NAME, BytesIO(picture), source="camera", by=by, file_id=sheet_id)
    elif file.state == "reading" and instance.now() - file.sent_at < _READING:
        return
    take_sealed(instance, sheet_id, tell=lambda _done, _pages: None)


def open_photograph(instance: Instance, sheet_id: UUID, key_id: str, sealed: bytes) -> bytes:
    """Return the JPEG that a page sealed for one sheet. Raises PhotographRefused."""
    if not sealed:
        raise PhotographRefused("not_sent")
    if len(sealed) > LARGEST_PHOTOGRAPH:
        raise PhotographRefused("too_large")
    key = find_key(read_keys(instance.settings.sealing_keys), key_id)
    if key is None:
        raise PhotographRefused("unknown_key")
    info = SHEET_INFO + str(sheet_id).encode()
    picture = key.open(sealed[:ENC_BYTES], sealed[ENC_BYTES:], info)
    if picture is None:
        raise PhotographRefused("cannot_be_opened")
    if not picture.startswith(_JPEG):
        raise PhotographRefused("not_an_image")
    return picture


def photographs(session: Session, by: str, now: datetime) -> list[ScanFile]:
    """Return what somebody photographed last, the newest first."""
    found = scans.newest_files(session, _TOLD, by)
    return [file for file in found if file.source == "camera" and now - file.sent_at < _TOLD_FOR]


def sheet_shown(session: Session, file: ScanFile) -> SheetShown:
    """Return in words what became of a sheet."""
    if file.state in ("waiting", "reading"):
        return SheetShown(file.sent_at, "sent", "Sent; it is being read.")
    pages = pages_shown(session, file)
    if file.problem or not pages:
        return SheetShown(file.sent_at, "wrong", PROBLEMS[file.problem or "unreadable_file"])
    state = {"fine": "read"}.get(pages[0].tone, pages[0].tone)
    return SheetShown(file.sent_at, state, pages[0].became, pages[0].form, pages[0].page)


def forms_not_whole(session: Session, files: Sequence[ScanFile]) -> list[FormShown]:
    """Return the forms of these sheets with which something is still to be done."""
    return [form for form in forms_shown(session, files) if form.state != "done"]
