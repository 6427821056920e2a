"""A report and its life: what may be written when, what freezes it, and the same figures in every way it is read."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from docx import Document

from builders import NOW, WARD
from engage.reporting.report import (
    Desk,
    ReportChanged,
    ReportRefused,
    add_comment,
    finish_commenting,
    invite_commenter,
    move_on,
    report_docx,
    report_file,
    report_pdf,
    settle_comment,
    start_report,
    tell_report,
    usable_commenter,
    write_recommendation,
    write_section,
)
from engage.reporting.report.telling import read_paragraphs
from engage.storage import audit, organisations, reports, visits
from engage.storage.instance import Instance
from engage.storage.organisations import Organisation
from engage.storage.reports import Report
from engage.storage.visits import Visit
from reporting.answered import DISTRICT, SURVEY, a_released_instance, row_of, safe_day

#: 61 young people and 44 adults, no count a multiple of five.
GROUPS = [
    *safe_day(37, 13, 11, age_band="16-17"),
    *safe_day(9, 4, 31, age_band="25-34"),
]
EVIDENCE = {"question": "safe_day", "breakdown": "area", "area": DISTRICT}
RECOMMENDATION = {
    "words": "Light the paths to the tram stops.",
    "owner": "City Council, lighting",
    "layer": "community",
}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave of made-up answers."""
    instance = a_released_instance(tmp_path_factory.mktemp("report"), GROUPS, is_synthetic=True)
    yield instance
    instance.database.close()


def a_desk(instance: Instance, session: Any) -> Desk:
    return Desk(session, instance.settings.keys, "writer@example.org", instance.now())


def a_report(instance: Instance, *, state: str = "emergent") -> Report:
    """Return a report with a section and a recommendation, taken to a state."""
    with instance.database.writing() as session:
        desk = a_desk(instance, session)
        report = start_report(desk, SURVEY, None, "How safe it feels")
        write_section(desk, report.id, None, "What we heard", "Many spoke.\nOf the dark.\n\n- paths\n- stops")
        write_recommendation(desk, report.id, None, RECOMMENDATION | EVIDENCE)
        for step in ("draft", "comments", "final")[: reports.STATES.index(state)]:
            move_on(desk, report.id, step)
        found = reports.get(session, report.id)
    assert found is not None
    return found


def refused(instance: Instance, act: Any, *arguments: Any) -> str:
    """Return why an act is refused."""
    with instance.database.writing() as session, pytest.raises(ReportRefused) as refusal:
        act(a_desk(instance, session), *arguments)
    return str(refusal.value)


def test_a_report_goes_from_emergent_to_final_and_every_step_is_in_the_audit_log(released: Instance) -> None:
    report = a_report(released, state="final")
    with released.database.reading() as session:
        lines = [(line.action, line.detail.get("state")) for line in audit.lines_about(session, f"report {report.id}")]
    assert lines == [
        ("report.started", None),
        ("report.section_written", None),
        ("report.recommendation_written", None),
        ("report.moved", "draft"),
        ("report.moved", "comments"),
        ("report.moved", "final"),
    ]


def test_no_step_is_left_out(released: Instance) -> None:
    report = a_report(released)
    assert "does not become final" in refused(released, move_on, report.id, "final")
    assert "does not become comments" in refused(released, move_on, report.id, "comments")


def test_an_empty_report_is_not_sent_to_others(released: Instance) -> None:
    with released.database.writing() as session:
        desk = a_desk(released, session)
        report = start_report(desk, SURVEY, None, "Empty")
        move_on(desk, report.id, "draft")
    assert "needs a section and a recommendation" in refused(released, move_on, report.id, "comments")


def test_a_final_report_is_frozen(released: Instance) -> None:
    report = a_report(released, state="final")
    assert report.content_hash is not None
    assert len(report.content_hash) == 64
    for act, arguments in (
        (write_section, (None, "More", "words")),
        (write_recommendation, (None, RECOMMENDATION | EVIDENCE)),
        (move_on, ("draft",)),
        (invite_commenter, ("Somebody",)),
    ):
        assert refused(released, act, report.id, *arguments) == "a final report is frozen"


def test_a_final_report_that_was_changed_behind_our_back_is_not_shown(released: Instance) -> None:
    report = a_report(released, state="final")
    assert report.content is not None
    changed = replace(report, content=report.content | {"title": "How dangerous it is"})
    with released.database.reading() as session, pytest.raises(ReportChanged):
        tell_report(session, changed)


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        ({"area": WARD, "breakdown": "age_band"}, "a ward is never broken down by who people are"),
        ({"question": "no_such_question"}, "no such table"),
        ({"area": "E05000000"}, "no area of this survey"),
    ],
)
def test_a_recommendation_rests_on_a_table_that_may_be_shown(
    released: Instance, evidence: dict[str, str], reason: str
) -> None:
    report = a_report(released)
    asked = RECOMMENDATION | EVIDENCE | evidence
    assert reason in refused(released, write_recommendation, report.id, None, asked)


def test_a_recommendation_names_its_layer_and_owner(released: Instance) -> None:
    report = a_report(released)
    wrong = RECOMMENDATION | EVIDENCE | {"layer": "universe"}
    assert "the layer is one of" in refused(released, write_recommendation, report.id, None, wrong)
    unowned = RECOMMENDATION | EVIDENCE | {"owner": " "}
    assert "an owner has" in refused(released, write_recommendation, report.id, None, unowned)


def test_a_link_opens_one_report_while_it_waits_for_comments(released: Instance) -> None:
    report = a_report(released, state="comments")
    with released.database.writing() as session:
        desk = a_desk(released, session)
        token = invite_commenter(desk, report.id, "Amina, youth club")
        add_comment(desk, token, "Recommendation 1", "And the paths to the bus.")
        assert usable_commenter(session, token, released.now() + timedelta(days=20)) is not None
        assert usable_commenter(session, token, released.now() + timedelta(days=22)) is None
        assert usable_commenter(session, "another", released.now()) is None
        finish_commenting(desk, token)
        assert usable_commenter(session, token, released.now()) is None
    with released.database.reading() as session:
        (comment,) = reports.comments_of(session, report.id)
    assert (comment.by, comment.about, comment.state) == ("Amina, youth club", "Recommendation 1", "open")
    assert refused(released, add_comment, token, "Recommendation 1", "More") == "this link does not work any more"


def test_a_link_rests_while_the_report_is_back_in_draft(released: Instance) -> None:
    report = a_report(released, state="comments")
    with released.database.writing() as session:
        desk = a_desk(released, session)
        token = invite_commenter(desk, report.id, "Amina")
        move_on(desk, report.id, "draft")
        assert usable_commenter(session, token, released.now()) is None
        move_on(desk, report.id, "comments")
        assert usable_commenter(session, token, released.now()) is not None


def test_a_report_is_not_final_before_every_comment_is_settled(released: Instance) -> None:
    report = a_report(released, state="comments")
    with released.database.writing() as session:
        desk = a_desk(released, session)
        add_comment(desk, invite_commenter(desk, report.id, "Amina"), "The whole report", "Too long.")
        (comment,) = reports.comments_of(session, report.id)
    assert "1 of its comments are still open" in refused(released, move_on, report.id, "final")
    assert "needs words" in refused(released, settle_comment, report.id, comment.id, "answered", " ")
    with released.database.writing() as session:
        desk = a_desk(released, session)
        settle_comment(desk, report.id, comment.id, "answered", "We have shortened it.")
        move_on(desk, report.id, "final")
        told = tell_report(session, reports.get(session, report.id))  # type: ignore[arg-type]
    assert [(one.state, one.answer) for one in told.comments] == [("answered", "We have shortened it.")]


def test_html_pdf_and_word_say_the_same_published_figures(released: Instance) -> None:
    report = a_report(released, state="final")
    with released.database.reading() as session:
        told = tell_report(session, report)
    html = BeautifulSoup(report_file(told).decode(), "html.parser").get_text(" ")
    document = pypdfium2.PdfDocument(report_pdf(told))
    pdf = "\n".join(page.get_textpage().get_text_range() for page in document)
    word = Document(io.BytesIO(report_docx(told)))
    texts = {"html": html, "pdf": pdf, "docx": "\n".join(_word_texts(word))}
    row = row_of(released, "safe_day", DISTRICT)
    figures = [f"{round(cell.share * 100)} %" for cell in row.cells if cell.share is not None]
    assert len(figures) == 3
    for name, text in texts.items():
        plain = " ".join(text.split())
        for said in (*figures, "Recommendation 1", "City Council, lighting", "Many spoke. Of the dark.", "made-up"):
            assert said in plain, (name, said)
        assert report.content_hash is not None
        assert report.content_hash in plain.replace(" ", "").replace("-", ""), name
        assert not {"46", "17", "42"} & set(plain.replace("(", " ").replace(",", " ").split()), name


def test_young_people_and_adults_stand_side_by_side(released: Instance) -> None:
    with released.database.reading() as session:
        gaps = tell_report(session, a_report(released)).gaps
    assert gaps is not None
    line = next(line for line in gaps.lines if "Safe" in line[0])
    assert gaps.heads[1:3] == ("Young people (13 to 24)", "Adults (25 and over)")
    assert "60 people" in line[1]
    assert "45 people" in line[2]
    assert line[-1] == "Adults less often"


def test_a_chart_in_word_has_words_for_who_does_not_see_it(released: Instance) -> None:
    with released.database.reading() as session:
        made = report_docx(tell_report(session, a_report(released)))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        body = parts.read("word/document.xml").decode()
        assert any(name.startswith("word/media/") for name in parts.namelist())
    assert 'descr="' in body
    assert "w:tblHeader" in body


def test_the_same_report_makes_the_same_pdf(released: Instance) -> None:
    report = a_report(released)
    with released.database.reading() as session:
        assert report_pdf(tell_report(session, report)) == report_pdf(tell_report(session, report))


def test_plain_text_becomes_paragraphs_and_points() -> None:
    told = read_paragraphs("One\nline.\n- a\n- b\n\nLast.")
    assert [(one.text, one.is_item) for one in told] == [
        ("One line.", False),
        ("a", True),
        ("b", True),
        ("Last.", False),
    ]


def _word_texts(document: Any) -> Iterator[str]:
    yield from (paragraph.text for paragraph in document.paragraphs)
    yield from (cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_who_helped_is_thanked_while_they_agree_also_in_a_final_report(released: Instance) -> None:
    report, club = a_report(released, state="final"), Organisation(uuid4(), "Boxing Club", NOW.date())
    visit = Visit(uuid4(), report.survey, report.wave, WARD, "Club", NOW.date(), "a@b.org", "test", NOW)
    visit = replace(visit, organisation=club.id, checked_in_at=NOW, back_by=NOW)
    with released.database.writing() as session:
        organisations.put(session, club)
        visits.put(session, visit)
        thanked = tell_report(session, report).sections[-1]
        assert [one.text for one in thanked.paragraphs] == ["Boxing Club"]
        organisations.put(session, replace(club, agreed_on=None))
        assert tell_report(session, report).sections[-1].heading != thanked.heading
