import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from channels.paper.bad_files import (
    bomb_pdf,
    drawing_pdf,
    huge_png,
    nested_pdf,
    picture_of_a_cat,
    printed_page,
    printed_pdf,
    tiff_of,
    wide_pdf,
    written,
)
from channels.paper.forms import a_layout
from engage.channels.paper import pdf_apart
from engage.channels.paper.page_reader import PageRead, read_page
from engage.channels.paper.sheets import Sheet, open_sheets
from engage.response.serials import make_serial

#: Megabytes the whole process may take while it looks through everything bad at once.
MOST_MEMORY = 320


def problems(path: Path) -> list[str | None]:
    """Return the problem of each page of a file."""
    return [sheet.problem for sheet in open_sheets(path)]


def a_page(shade: int = 255) -> np.ndarray:
    """Return a page of one shade with a line on it."""
    page = np.full((400, 300), shade, np.uint8)
    page[100:110, 30:270] = 0
    return page


def test_a_picture_of_twenty_thousand_by_twenty_thousand_is_refused_by_its_head(tmp_path: Path) -> None:
    assert problems(written(tmp_path, "huge.png", huge_png())) == ["too_large"]


def test_a_photo_that_speaks_of_pdf_is_a_photo_still(tmp_path: Path) -> None:
    photo = picture_of_a_cat()
    assert problems(written(tmp_path, "cat.jpg", photo[:2] + b"\xff\xfe\x00\x07%PDF-" + photo[2:])) == [None]


def test_every_page_of_a_bomb_of_three_hundred_pages_is_named(tmp_path: Path) -> None:
    sheets = list(open_sheets(written(tmp_path, "bomb.pdf", bomb_pdf())))
    assert [sheet.pdf_page for sheet in sheets] == list(range(1, 301))
    assert {sheet.problem for sheet in sheets} == {"too_large"}


def test_pages_beyond_the_limit_are_said_not_to_be_read(tmp_path: Path) -> None:
    sheets = list(open_sheets(written(tmp_path, "long.pdf", bomb_pdf(pages=2000, side=100))))
    assert [sheet.problem for sheet in sheets[-2:]] == [None, "too_many_pages"]
    assert sheets[-1].pdf_page == len(sheets) == 301


def test_a_page_as_large_as_a_field_is_drawn_small(tmp_path: Path) -> None:
    (sheet,) = open_sheets(written(tmp_path, "wide.pdf", wide_pdf()))
    assert sheet.grey is not None and sheet.grey.size <= 12_100_000


def test_a_page_that_nobody_could_ever_draw_is_given_up_and_the_next_file_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_apart, "MOST_SECONDS", 0.5)
    assert problems(written(tmp_path, "nested.pdf", nested_pdf())) == ["unreadable_file"]
    assert problems(written(tmp_path, "cat.jpg", picture_of_a_cat())) == [None]


def test_a_page_of_lines_without_end_and_all_behind_it_are_named_as_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_apart, "MOST_SECONDS", 0.5)
    path = written(tmp_path, "lines.pdf", drawing_pdf(1, 20_000, 1))
    assert problems(path) == [None, "unreadable_file", "unreadable_file"]


def test_whoever_asks_for_no_more_pages_ends_what_is_being_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_apart, "MOST_SECONDS", 3.0)
    sheets = open_sheets(written(tmp_path, "lines.pdf", drawing_pdf(1, 40_000)))
    assert next(sheets).problem is None
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    sheets.close()
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 1.5


def test_a_form_straight_from_the_press_is_taken_page_by_page(tmp_path: Path) -> None:
    sheets = list(open_sheets(written(tmp_path, "form.pdf", printed_pdf(a_serial()))))
    assert [sheet.pdf_page for sheet in sheets] == [page.number for page in a_layout().pages]
    assert sheets[1].grey is not None and np.array_equal(sheets[1].grey, printed_page(a_serial(), 2))


def test_the_whole_pages_of_a_torn_tiff_are_read(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 300), dtype=np.uint8)
    whole = tiff_of(a_page(), a_page(240), noise)
    torn = written(tmp_path, "torn.tiff", whole[: len(whole) - 60_000])
    sheets = list(open_sheets(torn))
    assert [sheet.problem for sheet in sheets] == [None, None, "truncated"]
    assert sheets[1].grey is not None and sheets[1].grey[0, 0] == 240


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_a_torn_photo_is_called_torn(tmp_path: Path, share: float) -> None:
    photo = picture_of_a_cat()
    assert problems(written(tmp_path, "torn.jpg", photo[: int(len(photo) * share)])) == ["truncated"]


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"Dear all,\nplease find the forms attached.", b"\0" * 5000])
def test_what_is_no_picture_is_called_that_whatever_its_ending(tmp_path: Path, content: bytes) -> None:
    assert problems(written(tmp_path, "form.jpg", content)) == ["not_an_image"]


@pytest.mark.parametrize(
    "head", [b"%PDF-1.7\n", b"II*\0", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\0\0\0\x18ftypheic"]
)
def test_noise_that_poses_as_a_page_is_one_problem(tmp_path: Path, head: bytes) -> None:
    noise = np.random.default_rng(3).integers(0, 256, 20_000, dtype=np.uint8).tobytes()
    (sheet,) = open_sheets(written(tmp_path, "noise.bin", head + noise))
    assert sheet.grey is None
    assert sheet.problem in {"unreadable_file", "truncated", "not_an_image"}


def test_a_missing_file_is_a_problem_and_no_fault(tmp_path: Path) -> None:
    assert list(open_sheets(tmp_path / "gone.pdf")) == [Sheet("gone.pdf", 1, None, "unreadable_file")]


def a_serial(start: int = 3) -> str:
    """Return a serial that may have been issued."""
    return make_serial(lambda below: start % below)


def read(page: np.ndarray, *issued: str) -> PageRead:
    """Read a page where only these serials were issued."""
    return read_page(Sheet("scan.png", 1, page), lambda serial: a_layout() if serial in issued else None)


def test_a_photo_of_a_cat_has_no_page_code(tmp_path: Path) -> None:
    (sheet,) = open_sheets(written(tmp_path, "cat.jpg", picture_of_a_cat()))
    found = read_page(sheet, lambda _serial: a_layout())
    assert found.problem == "no_code" and found.serial is None and found.boxes == ()


def test_a_form_that_was_never_issued_here_is_named_and_not_read() -> None:
    found = read(printed_page(a_serial()), a_serial(5))
    assert found.problem == "unknown_form" and found.boxes == ()


def test_a_page_that_its_form_does_not_have_is_not_read() -> None:
    short = replace(a_layout(), pages=a_layout().pages[:1])
    found = read_page(Sheet("scan.png", 1, printed_page(a_serial(), 2)), lambda _serial: short)
    assert found.problem == "unknown_form" and found.boxes == ()


def test_a_forged_serial_is_refused_by_its_check() -> None:
    forged = a_serial()[:-1] + ("4" if a_serial()[-1] != "4" else "5")
    found = read(printed_page(forged), forged)
    assert found.problem == "wrong_check" and found.serial is None


def test_a_page_with_one_letter_of_its_code_painted_over_goes_to_no_other_form() -> None:
    page = printed_page(a_serial())
    page[100:160, 1280:1340] = 0
    found = read(page, a_serial())
    assert found.serial in {None, a_serial()}


def boxes_beyond(side: float) -> list[tuple[str, str]]:
    """Return the boxes of the second page that end further down than this (mm)."""
    return [(box.question, box.option) for box in a_layout().pages[1].boxes if box.y + box.h > side]


@pytest.mark.parametrize("share", [0.55, 0.7])
def test_what_a_torn_off_half_would_say_is_not_made_up(share: float) -> None:
    page = printed_page(a_serial(), 2)
    found = read(page[: int(page.shape[0] * share)].copy(), a_serial())
    missing = boxes_beyond(297 * share)
    assert found.boxes or found.problem == "no_marks"
    assert missing and {box.state for box in found.boxes if (box.question, box.option) in missing} <= {"unreadable"}


def test_what_something_lies_on_is_not_taken_for_empty() -> None:
    page = printed_page(a_serial(), 2)
    page[1100:1800, 100:1500] = 240
    found = read(page, a_serial())
    covered = [box for box in a_layout().pages[1].boxes if 145 < box.y < 220 and 17 < box.x < 180]
    states = {(box.question, box.option): box.state for box in found.boxes}
    assert covered and {states[box.question, box.option] for box in covered} <= {"unreadable", "doubtful"}


def test_two_pages_on_one_picture_are_not_taken_for_either() -> None:
    both = np.hstack([printed_page(a_serial()), printed_page(a_serial(5))])
    assert read(both, a_serial(), a_serial(5)).problem == "two_forms"


@pytest.mark.parametrize("shade", [0, 128, 235, 255])
def test_a_sheet_with_nothing_on_it_is_blank(shade: int) -> None:
    assert read(np.full((2339, 1654), shade, np.uint8)).problem == "blank"


def test_a_form_whose_marks_are_cut_away_is_not_guessed_at() -> None:
    page = printed_page(a_serial())
    page[300:, :] = 255
    found = read(page, a_serial())
    assert found.problem == "no_marks" and found.boxes == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (7, 9), (40, 40)])
def test_a_picture_of_any_shape_is_read_without_a_fault(shape: tuple[int, int]) -> None:
    assert read(np.full(shape, 200, np.uint8)).problem in {"blank", "no_code"}


READ_ALL = """
import sys
from pathlib import Path
from engage.channels.paper.page_reader import read_page
from engage.channels.paper.sheets import open_sheets

for path in sorted(Path(sys.argv[1]).iterdir()):
    for sheet in open_sheets(path):
        print(path.name, read_page(sheet, lambda serial: None).problem)
# The most memory of this very process: `ru_maxrss` would count what started it as well.
(most,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(int(most.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")
def test_memory_stays_bounded_over_everything_bad_at_once(tmp_path: Path) -> None:
    written(tmp_path, "bomb.pdf", bomb_pdf())
    written(tmp_path, "cat.jpg", picture_of_a_cat())
    written(tmp_path, "huge.png", huge_png())
    written(tmp_path, "large.png", huge_png(9000))
    written(tmp_path, "wide.pdf", wide_pdf())
    said = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    ).stdout.splitlines()
    found = dict(line.rsplit(" ", 1) for line in said[:-1])
    assert found["bomb.pdf"] == "too_large" and found["cat.jpg"] == "no_code"
    assert len(said) == 305
    assert int(said[-1]) < MOST_MEMORY
