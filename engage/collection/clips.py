"""Takes in recorded clips: one file at a time from staff, or a whole folder, each judged by what is in it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engage.questionnaire.aloud import keys_to_record
from engage.questionnaire.model import Questionnaire
from engage.settings import Keys
from engage.storage import audit, clips
from engage.storage.clips import Clip
from engage.storage.database import Session

#: Bytes; half a minute of speech has about 250,000 at a good quality.
LARGEST_CLIP = 1_000_000
#: Media type → the ending in the recording's address.
ENDINGS = {"audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/mp4": "m4a", "audio/wav": "wav"}
_MP4_BRANDS = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash")
#: The first bytes of the sound inside Ogg that phones play.
_OGG_SOUNDS = (b"OpusHead", b"\x01vorbis")
#: Bits that begin a frame of MP3: eleven set, then MPEG 1 or 2 (or 2.5), layer III.
_MP3_LAYER_3 = (0xE2, 0xE3, 0xF2, 0xF3, 0xFA, 0xFB)


class ClipRefused(Exception):
    """A recording that cannot be taken; the message says why."""


@dataclass(frozen=True)
class ImportedFile:
    """What became of one file of a folder; `problem` is None where it was kept."""

    path: Path
    problem: str | None = None


def keep_clip(
    session: Session,
    keys: Keys,
    questionnaire: Questionnaire,
    language: str,
    key: str,
    content: bytes,
    *,
    actor: str,
    now: datetime,
) -> Clip:
    """Keep a recording of one wording in the place of any before it. Raises ClipRefused."""
    if questionnaire.language(language) is None:
        raise ClipRefused(f"{questionnaire.slug} is not in the language {language!r}")
    if key not in keys_to_record(questionnaire):
        raise ClipRefused(f"{questionnaire.slug} has no words under {key!r}")
    media_type = _checked_type(content)
    content_hash = hashlib.sha256(content).hexdigest()
    clip = Clip(questionnaire.slug, language, key, media_type, content_hash, len(content), now)
    clips.put(session, clip, content)
    detail = {"language": language, "key": key, "hash": content_hash}
    audit.append(session, keys.audit, at=now, actor=actor, action="clip.kept", subject=clip.survey, detail=detail)
    return clip


def remove_clip(
    session: Session, keys: Keys, survey: str, language: str, key: str, *, actor: str, now: datetime
) -> None:
    """Delete a recording, so that the device's own voice reads the words again. Raises ClipRefused."""
    if not clips.remove(session, survey, language, key):
        raise ClipRefused("There is no such recording.")
    detail = {"language": language, "key": key}
    audit.append(session, keys.audit, at=now, actor=actor, action="clip.removed", subject=survey, detail=detail)


def import_clips(
    session: Session, keys: Keys, questionnaire: Questionnaire, folder: Path, *, actor: str, now: datetime
) -> Iterator[ImportedFile]:
    """Keep every recording of a folder that can be kept: `LANGUAGE/KEY.mp3`, such as `ti/safe_day.text.mp3`."""
    for path in sorted(path for path in folder.glob("*/*") if path.is_file() and not path.name.startswith(".")):
        try:
            content = path.read_bytes() if path.stat().st_size <= LARGEST_CLIP else b" " * (LARGEST_CLIP + 1)
            keep_clip(session, keys, questionnaire, path.parent.name, path.stem, content, actor=actor, now=now)
        except ClipRefused as refusal:
            yield ImportedFile(path, str(refusal))
        else:
            yield ImportedFile(path)


def sound_type(content: bytes) -> str | None:
    """Return the media type of a sound that phones play, by its first bytes; None for anything else.

    Sources: RFC 3533 (Ogg), ISO/IEC 14496-12 (the `ftyp` box of MP4), ISO/IEC 11172-3 (frames of MP3).
    """
    if content.startswith(b"OggS") and any(mark in content[:100] for mark in _OGG_SOUNDS):
        return "audio/ogg"
    if content[4:8] == b"ftyp" and content[8:12] in _MP4_BRANDS:
        return "audio/mp4"
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "audio/wav"
    if content.startswith(b"ID3") or (content[:1] == b"\xff" and content[1:2] and content[1] in _MP3_LAYER_3):
        return "audio/mpeg"
    return None


def _checked_type(content: bytes) -> str:
    if len(content) > LARGEST_CLIP:
        raise ClipRefused(f"The recording is larger than {LARGEST_CLIP // 1000} kB. Record it again, shorter.")
    media_type = sound_type(content)
    if media_type is None:
        raise ClipRefused("This is not a sound that phones play: send MP3, M4A, Ogg (Opus or Vorbis) or WAV.")
    return media_type
