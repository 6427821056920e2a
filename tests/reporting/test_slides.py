"""Slides for partners: the published figures, and nothing that runs over the edge of its box."""

import io
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from pptx import Presentation

from engage.collection.reference import import_indicators
from engage.reporting.beside import put_beside
from engage.reporting.reading import last_release, open_release
from engage.reporting.report import Desk, start_report, write_recommendation
from engage.reporting.slides import Deck, SlideOrder, deck_html, deck_pdf, deck_pptx, make_deck
from engage.reporting.slides.measuring import HEIGHT, WIDTH, text_height
from engage.storage import indicators, reports
from engage.storage.instance import Instance
from reporting.answered import (
    DISTRICT,
    FAR_DISTRICT,
    FAR_WARD,
    PLACE,
    SURVEY,
    a_released_instance,
    people,
    row_of,
    safe_day,
)

HEAD = "area,period,indicator,source,licence,definition,value,numerator,denominator,per,break"
ABOUT = "Violence with injury,A police force,OGL v3.0,Offences recorded among residents"
RECORDED = [
    HEAD,
    f"{DISTRICT},2025,{ABOUT},1,300,300000,1000,New system in May",
    f"{FAR_DISTRICT},2025,{ABOUT},3,300,100000,1000,",
    f"E07000172,2025,{ABOUT},*,,100000,1000,",
]


RECOMMENDATION = {
    "words": "Light the paths to the tram stops.\nAsk again in spring whether it helped.",
    "owner": "City Council, lighting",
    "layer": "community",
}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave and an indicator."""
    answers = {"unsafe_reasons": ["dark", "drugs"], "good_here": ["clubs"]}
    groups = [*safe_day(11, 13, 57), *safe_day(58, 12, 11, area=FAR_WARD), people(33, answers)]
    instance = a_released_instance(tmp_path_factory.mktemp("slides"), groups, is_synthetic=True)
    with instance.database.writing() as session:
        import_indicators(session, instance.settings.keys, RECORDED, actor="test", now=instance.now())
    yield instance
    instance.database.close()


@pytest.fixture(scope="module")
def deck(released: Instance) -> Deck:
    """Return the slides of Nottingham."""
    with released.database.writing() as session:
        release = last_release(session, SURVEY)
        assert release is not None
        (indicator,) = indicators.list_all(session)
        desk = Desk(session, released.settings.keys, "writer@example.org", released.now())
        report = start_report(desk, SURVEY, None, "How safe it feels in Nottingham, and what people say would help")
        for breakdown, words in (("area", "Light the paths."), ("age_band", RECOMMENDATION["words"])):
            evidence = {"question": "safe_day", "breakdown": breakdown, "area": DISTRICT}
            write_recommendation(desk, report.id, None, RECOMMENDATION | evidence | {"words": words})
        order = SlideOrder(DISTRICT, "safe_day", indicator, "2025", "district", reports.get(session, report.id))
        return make_deck(session, open_release(session, release), order)


def shapes_of(deck: Deck) -> Iterator[Any]:
    for slide in Presentation(io.BytesIO(deck_pptx(deck))).slides:
        yield from slide.shapes


def test_no_text_runs_over_the_edge_of_its_box(deck: Deck) -> None:
    for shape in shapes_of(deck):
        assert 0 <= shape.left.pt < shape.left.pt + shape.width.pt <= WIDTH
        assert 0 <= shape.top.pt < shape.top.pt + shape.height.pt <= HEIGHT, shape.name
        if shape.has_text_frame:
            paragraphs = shape.text_frame.paragraphs
            high = sum(text_height(each.text, each.runs[0].font.size.pt, shape.width.pt) for each in paragraphs)
            assert high <= shape.height.pt + 1, shape.text_frame.text


def test_no_cell_of_a_table_is_higher_than_its_row(deck: Deck) -> None:
    tables = [shape.table for shape in shapes_of(deck) if shape.has_table]
    assert tables
    for table in tables:
        for row in table.rows:
            for cell, column in zip(row.cells, table.columns, strict=True):
                assert text_height(cell.text_frame.text, 12, column.width.pt - 12) + 12 <= row.height.pt + 1


def test_every_slide_has_a_title_and_every_picture_its_words(deck: Deck) -> None:
    slides = Presentation(io.BytesIO(deck_pptx(deck))).slides
    assert all(slide.shapes.title.text_frame.text for slide in slides)
    drawn = [shape for slide in slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    assert all(shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in drawn)


def test_charts_hold_published_shares_alone(released: Instance, deck: Deck) -> None:
    shares = {cell.share for cell in row_of(released, "unsafe_reasons", DISTRICT).cells}
    shares |= {cell.share for cell in row_of(released, "good_here", DISTRICT).cells}
    charts = [shape.chart for shape in shapes_of(deck) if shape.has_chart]
    assert charts
    values = {value for chart in charts for series in chart.plots[0].series for value in series.values}
    assert values <= shares


def test_pptx_pdf_and_html_say_the_same(deck: Deck) -> None:
    document = pypdfium2.PdfDocument(deck_pdf(deck))
    assert len(document) == len(deck.slides)
    pdf = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    html, said = deck_html(deck).decode(), " ".join(_texts(deck))
    assert "From the report “How safe it feels" in said
    for words in (
        "Light the paths to the tram stops.",
        "City Council, lighting",
        "Not for enforcement",
        "New system in May",
        "OGL v3.0",
        "Made-up answers",
    ):
        assert words in pdf
        assert words in html
        assert words in said


def test_figures_stand_side_by_side_for_places_or_wider_only(released: Instance) -> None:
    with released.database.reading() as session:
        release = last_release(session, SURVEY)
        assert release is not None
        published, (indicator,) = open_release(session, release), indicators.list_all(session)
        with pytest.raises(ValueError, match="place and district only"):
            put_beside(session, published, "safe_day", indicator, "2025", "ward")
        both = put_beside(session, published, "safe_day", indicator, "2025", "district")
    assert both is not None
    assert [row.area.code for row in both.rows] == [FAR_DISTRICT, DISTRICT]
    assert all(reason for _, reason in both.left_out)
    assert both.breaks == ("New system in May",)


def test_a_place_is_added_up_only_from_wards_that_the_supplier_shows(released: Instance) -> None:
    tree_wards = released_wards(released)
    lines = [f"{ward},2024,{ABOUT},10,50,5000,1000," for ward in tree_wards]
    with released.database.writing() as session:
        import_indicators(session, released.settings.keys, [HEAD, *lines], actor="test", now=released.now())
    assert place_figure(released) == (50.0 * len(tree_wards), 10.0)
    hidden = f"{tree_wards[0]},2024,{ABOUT},*,,5000,1000,"
    with released.database.writing() as session:
        import_indicators(session, released.settings.keys, [HEAD, hidden], actor="test", now=released.now())
    assert place_figure(released) is None


def released_wards(instance: Instance) -> tuple[str, ...]:
    from engage.storage import areas

    with instance.database.reading() as session:
        return tuple(areas.read_tree(session)[PLACE].wards)


def place_figure(instance: Instance) -> tuple[float | None, float | None] | None:
    """Return what stands beside perception in the place: how many were recorded and the rate."""
    with instance.database.reading() as session:
        release = last_release(session, SURVEY)
        assert release is not None
        (indicator,) = indicators.list_all(session)
        both = put_beside(session, open_release(session, release), "safe_day", indicator, "2024", "place")
    assert both is not None
    row = next((row for row in both.rows if row.area.code == PLACE), None)
    return (row.figure.numerator, row.figure.value) if row else None


def _texts(deck: Deck) -> Iterator[str]:
    for shape in shapes_of(deck):
        if shape.has_text_frame:
            yield shape.text_frame.text
        if shape.has_table:
            yield from (cell.text_frame.text for row in shape.table.rows for cell in row.cells)
