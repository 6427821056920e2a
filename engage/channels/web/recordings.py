"""Gives the recordings of a survey's words their addresses, which say nothing about the survey."""

import re
from collections.abc import Mapping

from flask import url_for

from engage.collection.clips import ENDINGS
from engage.storage import clips
from engage.storage.database import Session

#: Hexadecimal digits of a sound's hash in its address: enough to tell sounds apart.
_DIGITS = 16
_NAME = re.compile(rf"([0-9a-f]{{{_DIGITS}}})\.(?:{'|'.join(ENDINGS.values())})")


def clip_addresses(session: Session, survey: str, code: str, language: str) -> Mapping[str, str]:
    """Return wording key, with its variant, → the address of the recording that reads it in a language.

    To answer without a network later, a device fetches each of the values once.
    """
    return {
        key: url_for(
            "survey_pages.play_clip", code=code, name=f"{clip.content_hash[:_DIGITS]}.{ENDINGS[clip.media_type]}"
        )
        for key, clip in clips.of_language(session, survey, language).items()
    }


def mark_in(name: str) -> str | None:
    """Return the beginning of a sound's hash that stands in its address, None where it is none of ours."""
    found = _NAME.fullmatch(name)
    return found[1] if found else None
