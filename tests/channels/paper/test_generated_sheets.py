import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engage.channels.paper.answers_read import read_marks
from engage.channels.paper.page_reader import PageRead, read_page
from engage.channels.paper.sheets import open_sheets

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from paper_sheets import MarkedSheet, marked_sheets


def read_back(sheet: MarkedSheet, folder: Path) -> PageRead:
    """Return what the reader makes of a sheet's file."""
    path = folder / f"sheet{sheet.file.suffix}"
    path.write_bytes(sheet.file.content)
    (page,) = open_sheets(path)
    return read_page(page, lambda serial: sheet.layout if serial == sheet.serial else None)


def test_equal_seeds_give_equal_sheets() -> None:
    (first,), (second,) = (list(marked_sheets(4, 1, "fax-ish", ("dense",))) for _ in range(2))
    assert first.file == second.file and first.boxes == second.boxes


@pytest.mark.parametrize("profile", ["photo-poor", "crumpled", "fax-ish", "worn"])
def test_a_page_is_known_by_its_form_however_it_was_scanned(profile: str, tmp_path: Path) -> None:
    (sheet,) = marked_sheets(3, 1, profile, ("dense",))
    page = read_back(sheet, tmp_path)
    assert (page.problem, page.serial, page.page) == (None, sheet.serial, sheet.page)
    assert [(box.question, box.option) for box in page.boxes] == list(sheet.boxes)


@pytest.mark.parametrize("form", ["dense", "ar", "so/easy_read"])
def test_what_was_ticked_on_a_printed_form_is_read_or_goes_to_a_person(form: str, tmp_path: Path) -> None:
    (sheet,) = marked_sheets(6, 1, "scan200", (form,))
    page = read_back(sheet, tmp_path)
    marks = read_marks(sheet.questionnaire, [replace(page, spaces=())])
    sure = [question for question in sheet.questions if question not in marks.reasons]
    read = {question: marks.answers.get(question, ()) for question in sure}
    assert {key: {code} if isinstance(code, str) else set(code) for key, code in read.items()} == {
        question: set(sheet.chosen(question)) for question in sure
    }
    assert len(sure) * 4 >= len(sheet.questions) * 3
    assert {space.question for space in page.spaces if space.has_ink} >= sheet.written
