"""Files of translations taken in: every row is accounted for, good rows are kept, nobody's words are lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from engage.collection.translation_imports import RowReport, counts_of, export_of, import_translations
from engage.collection.wordings import ChangeRefused, Edit, Part, change_words, read_entries
from engage.phrases import Words
from engage.questionnaire.translation_files import WRITERS, read_translation_file
from engage.questionnaire.translation_rows import FileRow, TranslationFile
from engage.storage import audit
from engage.storage.instance import Instance

INTERFACE, SURVEY = Part(), Part("feeling-safe")
ENDINGS = ["po", "xlsx"]
TITLE, DAY = "survey.title", "safe_day.text"


def exported(instance: Instance, part: Part, ending: str = "po", tag: str = "so") -> TranslationFile:
    """Return the file as somebody has it who exported it now."""
    with instance.database.reading() as session:
        heading, entries = export_of(session, part, tag)
    return read_translation_file(f"words.{ending}", WRITERS[ending](heading, entries), tag)


def with_row(file: TranslationFile, key: str, change: Callable[[FileRow], FileRow]) -> TranslationFile:
    """Return the file with one of its rows changed."""
    return replace(file, rows=tuple(change(row) if row.key == key else row for row in file.rows))


def saying(words: Words, **fields: object) -> Callable[[FileRow], FileRow]:
    return lambda row: replace(row, words=words, **fields)  # type: ignore[arg-type] # fields by name


def taken_in(instance: Instance, part: Part, file: TranslationFile, tag: str = "so") -> dict[str, RowReport]:
    """Take a file in; returns what became of the rows, but for those that are as they were."""
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now() + timedelta(minutes=1)
        reports = import_translations(session, keys, part, tag, file, "asha", now)
    assert len(reports) == len(file.rows)
    return {report.row.key: report for report in reports if report.result != "same"}


def words_of(instance: Instance, part: Part, key: str, tag: str = "so") -> tuple[Words | None, str]:
    with instance.database.reading() as session:
        entry = next(entry for entry in read_entries(session, part, tag) if entry.key == key)
    return entry.words, entry.state


def on_screen(instance: Instance, part: Part, key: str, words: Words, review: bool | None = None) -> None:
    """Change words as somebody at the screen does."""
    with instance.database.writing() as session:
        edit = Edit(key, words, review=review)
        change_words(session, instance.settings.keys, part, "so", [edit], "omar", instance.now())


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("part", [INTERFACE, SURVEY])
def test_a_file_that_comes_back_as_it_went_changes_nothing(surveyed: Instance, ending: str, part: Part) -> None:
    file = exported(surveyed, part, ending)
    with surveyed.database.reading() as session:
        before = [line.number for line in audit.lines_about(session, part.survey or "interface")]
    assert taken_in(surveyed, part, file) == {}
    with surveyed.database.reading() as session:
        assert [line.number for line in audit.lines_about(session, part.survey or "interface")] == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_changed_row_changes_its_words_and_again_nothing(surveyed: Instance, ending: str) -> None:
    file = with_row(exported(surveyed, SURVEY, ending), TITLE, saying("Su'aalo"))
    assert {key: report.result for key, report in taken_in(surveyed, SURVEY, file).items()} == {TITLE: "changed"}
    assert words_of(surveyed, SURVEY, TITLE) == ("Su'aalo", "machine_drafted")
    assert taken_in(surveyed, SURVEY, file) == {}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_row_whose_state_was_changed_is_reviewed_or_not_after_all(surveyed: Instance, ending: str) -> None:
    file = exported(surveyed, SURVEY, ending)
    reviewed = with_row(file, TITLE, lambda row: replace(row, is_reviewed=True))
    assert {key: report.result for key, report in taken_in(surveyed, SURVEY, reviewed).items()} == {TITLE: "reviewed"}
    assert words_of(surveyed, SURVEY, TITLE)[1] == "reviewed"
    back = with_row(exported(surveyed, SURVEY, ending), TITLE, lambda row: replace(row, is_reviewed=False))
    assert taken_in(surveyed, SURVEY, back)[TITLE].result == "not_reviewed"
    assert words_of(surveyed, SURVEY, TITLE)[1] == "machine_drafted"


def test_words_that_change_under_a_state_that_does_not_are_to_be_reviewed_again(surveyed: Instance) -> None:
    words, _ = words_of(surveyed, SURVEY, TITLE)
    on_screen(surveyed, SURVEY, TITLE, words or "", review=True)
    taken_in(surveyed, SURVEY, with_row(exported(surveyed, SURVEY), TITLE, saying("Su'aalo")))
    assert words_of(surveyed, SURVEY, TITLE) == ("Su'aalo", "words_changed")


def test_what_was_changed_on_the_screen_since_the_export_stays_and_both_are_told(surveyed: Instance) -> None:
    file = with_row(exported(surveyed, SURVEY), TITLE, saying("Su'aalo"))
    on_screen(surveyed, SURVEY, TITLE, "Weydiimo")
    on_screen(surveyed, SURVEY, "survey.intro", "Salaan.")
    reports = taken_in(surveyed, SURVEY, file)
    assert set(reports) == {TITLE}
    assert (reports[TITLE].result, reports[TITLE].found, reports[TITLE].row.words) == (
        "conflict",
        "Weydiimo",
        "Su'aalo",
    )
    assert words_of(surveyed, SURVEY, TITLE)[0] == "Weydiimo"
    assert words_of(surveyed, SURVEY, "survey.intro")[0] == "Salaan."


def test_good_rows_are_kept_and_the_others_are_named_with_their_reason(surveyed: Instance) -> None:
    file = exported(surveyed, INTERFACE)
    file = with_row(file, "web.next", saying("Horay"))
    file = with_row(file, "web.question_of", saying("Su'aal"))
    file = with_row(file, "web.waiting", saying(("hal", "")))
    file = with_row(file, "web.back", lambda row: replace(row, source="Backwards", words="Gadaal"))
    stranger = FileRow("row 900", "web.no_such_words", "x", "y", is_reviewed=False)
    unread = FileRow("row 901", "web.start", "Start", None, is_reviewed=False, problem="cell_is_a_date")
    again = FileRow("row 902", "web.next", "Next", "Mar kale", is_reviewed=False)
    rows = (*(row for row in file.rows if row.key != "web.start"), stranger, unread, again)
    with surveyed.database.writing() as session:
        keys, now = surveyed.settings.keys, surveyed.now()
        reports = import_translations(session, keys, INTERFACE, "so", replace(file, rows=rows), "asha", now)
    assert {(report.row.key, report.result, report.code) for report in reports if report.result != "same"} == {
        ("web.next", "changed", ""),
        ("web.question_of", "refused", "placeholder_differs"),
        ("web.waiting", "refused", "plural_form_missing"),
        ("web.back", "refused", "source_changed"),
        ("web.no_such_words", "refused", "unknown_wording"),
        ("web.start", "refused", "cell_is_a_date"),
        ("web.next", "refused", "repeated"),
    }
    counts = counts_of(reports)
    assert (counts["changed"], counts["refused"], sum(counts.values())) == (1, 6, len(rows))
    assert words_of(surveyed, INTERFACE, "web.next")[0] == "Horay"


def test_empty_words_in_a_file_take_nothing_out(surveyed: Instance) -> None:
    file = exported(surveyed, SURVEY)
    emptied = replace(file, rows=tuple(replace(row, words=None) for row in file.rows))
    before = words_of(surveyed, SURVEY, TITLE)
    assert taken_in(surveyed, SURVEY, emptied) == {}
    assert words_of(surveyed, SURVEY, TITLE) == before


def test_a_file_from_elsewhere_without_marks_changes_what_differs(surveyed: Instance) -> None:
    rows = (
        FileRow("row 2", TITLE, "Local survey", "Su'aalo", is_reviewed=True),
        FileRow("row 3", "q.no_such", "x", "y", is_reviewed=False),
    )
    reports = taken_in(surveyed, SURVEY, TranslationFile(None, None, rows))
    assert {key: report.result for key, report in reports.items()} == {TITLE: "changed", "q.no_such": "refused"}
    assert words_of(surveyed, SURVEY, TITLE) == ("Su'aalo", "reviewed")
    assert taken_in(surveyed, SURVEY, TranslationFile(None, None, rows[:1])) == {}


def test_a_file_of_other_words_is_refused_as_a_whole(surveyed: Instance) -> None:
    file = exported(surveyed, SURVEY)
    for wrong in (replace(file, language="ar"), replace(file, catalogue="interface")):
        with pytest.raises(ChangeRefused):
            taken_in(surveyed, SURVEY, wrong)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_one_instance_exports_another_takes_in(surveyed: Instance, ending: str) -> None:
    on_screen(surveyed, SURVEY, TITLE, "Su'aalo", review=True)
    on_screen(surveyed, INTERFACE, "web.waiting", ("hal jawaab", "{count} jawaab"))
    files = [exported(surveyed, part, ending) for part in (SURVEY, INTERFACE)]
    with surveyed.database.writing() as session:
        for part, key in ((SURVEY, TITLE), (INTERFACE, "web.waiting")):
            edit = Edit(key, None)
            change_words(session, surveyed.settings.keys, part, "so", [edit], "omar", surveyed.now())
    for part, file in zip((SURVEY, INTERFACE), files, strict=True):
        bare = replace(file, rows=tuple(replace(row, mark=None) for row in file.rows))
        taken_in(surveyed, part, bare)
    assert words_of(surveyed, SURVEY, TITLE) == ("Su'aalo", "reviewed")
    assert words_of(surveyed, INTERFACE, "web.waiting")[0] == ("hal jawaab", "{count} jawaab")
    assert DAY in {row.key for row in files[0].rows}
