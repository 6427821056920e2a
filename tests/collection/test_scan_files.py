"""Scans at rest: sealed piece by piece, opened only whole and unchanged, and nothing left lying about."""

import os
import time
from io import BytesIO
from pathlib import Path

import pytest

from engage.collection.scan_files import (
    ScanUnreadable,
    TooLarge,
    folder_of,
    look_at,
    open_scan,
    remove_scan,
    remove_unknown,
    seal_scan,
    unsealed,
)
from engage.settings import Settings, add_key_version, load_settings

MEGABYTE = 1 << 20


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"ENGAGE_INSTANCE": str(tmp_path)})


@pytest.mark.parametrize("length", [0, 1, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE])
def test_a_file_of_any_length_comes_back_as_it_was(settings: Settings, tmp_path: Path, length: int) -> None:
    content = os.urandom(length)
    sealed = seal_scan(settings, "a.file", BytesIO(content), most=4 * MEGABYTE)
    (tmp_path / "plain").write_bytes(content)
    assert sealed == look_at(tmp_path / "plain")
    assert open_scan(settings, "a.file") == content
    with unsealed(settings, "a.file") as path:
        assert path.read_bytes() == content
        assert path.stat().st_mode & 0o077 == 0
    assert [left.name for left in folder_of(settings).iterdir()] == ["a.file"]


def test_a_file_that_was_changed_cut_or_put_elsewhere_does_not_open(settings: Settings) -> None:
    seal_scan(settings, "a.file", BytesIO(os.urandom(2 * MEGABYTE + 5)), most=4 * MEGABYTE)
    path = folder_of(settings) / "a.file"
    whole = path.read_bytes()
    for changed in (
        whole[:-1],
        whole[: len(whole) - 33],
        whole[:100],
        b"",
        bytes([*whole[:50], whole[50] ^ 1, *whole[51:]]),
    ):
        path.write_bytes(changed)
        with pytest.raises(ScanUnreadable):
            open_scan(settings, "a.file")
    (folder_of(settings) / "b.file").write_bytes(whole)
    with pytest.raises(ScanUnreadable):
        open_scan(settings, "b.file")
    remove_scan(settings, "a.file")
    with pytest.raises(ScanUnreadable):
        open_scan(settings, "a.file")


def test_what_was_sealed_under_an_older_key_still_opens(settings: Settings, tmp_path: Path) -> None:
    seal_scan(settings, "old.page", BytesIO(b"a picture"), most=100)
    assert add_key_version(settings.keys_file, "scans") == 2
    newer = load_settings({"ENGAGE_INSTANCE": str(tmp_path)})
    assert open_scan(newer, "old.page") == b"a picture"
    seal_scan(newer, "new.page", BytesIO(b"another"), most=100)
    with pytest.raises(ScanUnreadable):
        open_scan(settings, "new.page")


def test_a_file_that_is_too_large_leaves_nothing_behind(settings: Settings) -> None:
    with pytest.raises(TooLarge):
        seal_scan(settings, "a.file", BytesIO(b"x" * 101), most=100)
    assert list(folder_of(settings).iterdir()) == []


def test_what_nothing_leads_to_is_deleted_after_an_hour(settings: Settings) -> None:
    for name in ("known.page", "left.page", "crash.plain", "new.page"):
        seal_scan(settings, name, BytesIO(b"x"), most=100)
    long_ago = time.time() - 3700
    for name in ("known.page", "left.page", "crash.plain"):
        os.utime(folder_of(settings) / name, (long_ago, long_ago))
    assert remove_unknown(settings, ["known.page"]) == 2
    assert sorted(path.name for path in folder_of(settings).iterdir()) == ["known.page", "new.page"]
