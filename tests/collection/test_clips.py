"""Recordings are judged by what is in them, kept under the key of the words they read, and written down."""

from pathlib import Path

import pytest

from engage.collection.clips import LARGEST_CLIP, ClipRefused, import_clips, keep_clip, remove_clip, sound_type
from engage.questionnaire.library import read_library_survey
from engage.storage import audit, clips
from engage.storage.clips import Clip
from engage.storage.instance import Instance
from sounds import BEGINNINGS, a_wav

SURVEY = read_library_survey("feeling-safe")
KEY = "safe_day.text@easy_read"


def keep(instance: Instance, key: str = KEY, content: bytes = b"", language: str = "so") -> Clip:
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        return keep_clip(session, keys, SURVEY, language, key, content or a_wav(), actor="test", now=now)


def kept(instance: Instance, language: str = "so") -> dict[str, Clip]:
    with instance.database.reading() as session:
        return dict(clips.of_language(session, SURVEY.slug, language))


@pytest.mark.parametrize(
    ("media_type", "content"), [(kind, content) for kind, contents in BEGINNINGS.items() for content in contents]
)
def test_a_sound_is_known_by_what_is_in_it(media_type: str, content: bytes) -> None:
    assert sound_type(content) == media_type


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><script>", b"\xff\xd8\xff\xe0JPEG", b"OggS" + bytes(60) + b"theora", b"RIFF\x00\x00\x00\x00WEBP"],
)
def test_anything_else_is_no_sound(content: bytes) -> None:
    assert sound_type(content) is None


def test_a_recording_is_kept_under_the_words_it_reads(surveyed: Instance) -> None:
    clip = keep(surveyed)
    assert kept(surveyed) == {KEY: clip}
    assert (clip.media_type, clip.size) == ("audio/wav", len(a_wav()))
    assert kept(surveyed, "pl") == {}


def test_a_new_recording_takes_the_place_of_the_one_before(surveyed: Instance) -> None:
    keep(surveyed)
    newer = keep(surveyed, content=a_wav(pitch=600))
    assert kept(surveyed) == {KEY: newer}


@pytest.mark.parametrize(
    ("key", "language", "content"),
    [
        ("safe_day.text@nobody", "so", a_wav()),
        ("help.childline.name", "so", a_wav()),
        (KEY, "tlh", a_wav()),
        (KEY, "so", b"no sound"),
        (KEY, "so", a_wav() + bytes(LARGEST_CLIP)),
    ],
)
def test_what_cannot_be_kept_leaves_what_is_there(surveyed: Instance, key: str, language: str, content: bytes) -> None:
    clip = keep(surveyed)
    with pytest.raises(ClipRefused):
        keep(surveyed, key, content, language)
    assert kept(surveyed) == {KEY: clip}


def test_a_recording_can_be_taken_away_once(surveyed: Instance) -> None:
    keep(surveyed)
    with surveyed.database.writing() as session:
        arguments = (session, surveyed.settings.keys, SURVEY.slug, "so", KEY)
        remove_clip(*arguments, actor="test", now=surveyed.now())
        with pytest.raises(ClipRefused):
            remove_clip(*arguments, actor="test", now=surveyed.now())
    assert kept(surveyed) == {}


def test_who_kept_and_removed_what_is_written_down(surveyed: Instance) -> None:
    keep(surveyed)
    with surveyed.database.writing() as session:
        remove_clip(
            session, surveyed.settings.keys, SURVEY.slug, "so", KEY, actor="someone@example.org", now=surveyed.now()
        )
    with surveyed.database.reading() as session:
        lines = [line for line in audit.lines_about(session, SURVEY.slug) if line.action.startswith("clip.")]
    assert [(line.action, line.actor, line.detail["key"]) for line in lines] == [
        ("clip.kept", "test", KEY),
        ("clip.removed", "someone@example.org", KEY),
    ]


def test_a_folder_is_taken_in_file_by_file(surveyed: Instance, tmp_path: Path) -> None:
    for name in ("so/safe_day.text@easy_read.wav", "so/option.dk@easy_read.wav", "pl/nothing.text.mp3", "so/.hidden"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(a_wav())
    (tmp_path / "in" / "so" / "safe_day.hint@easy_read.mp3").write_bytes(b"words")
    with surveyed.database.writing() as session:
        arguments = (session, surveyed.settings.keys, SURVEY, tmp_path / "in")
        files = list(import_clips(*arguments, actor="test", now=surveyed.now()))
    problems = {str(file.path.relative_to(tmp_path / "in")): bool(file.problem) for file in files}
    assert problems == {
        "pl/nothing.text.mp3": True,
        "so/option.dk@easy_read.wav": False,
        "so/safe_day.hint@easy_read.mp3": True,
        "so/safe_day.text@easy_read.wav": False,
    }
    assert set(kept(surveyed)) == {KEY, "option.dk@easy_read"}
