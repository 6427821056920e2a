"""Serves the drawings about an area that may be seen, as lines and nothing else."""

from flask import abort, render_template
from markupsafe import Markup, escape

from engage.public.blueprint import open_results, public_pages, the_instance
from engage.public.readers import ResultsReader
from engage.reporting.drawings_shown import QuestionDrawn, shown_drawings
from engage.reporting.ground import AreaNotInSurvey
from engage.response.drawings import drawing_svg


@public_pages.get("/results/<code>/<area>/drawings")
def drawings(code: str, area: str) -> str:
    """Show what people drew about an area, as far as they agreed and somebody has looked at it."""
    with the_instance().database.reading() as session:
        published, reader = open_results(session, code)
        try:
            found = shown_drawings(session, published, area) if published else ()
        except AreaNotInSurvey:
            found = ()
    if published is None or not found:
        abort(404)
    name = reader.labels.area(area)
    shown = [_shown(reader, one, name) for one in found]
    return render_template("public/drawings.html", reader=reader, release=published.release, area=name, shown=shown)


def _shown(reader: ResultsReader, drawn: QuestionDrawn, area: str) -> tuple[Markup, list[Markup]]:
    """Return a question with its drawings as SVG, each with a number for whoever cannot see it."""
    labels = (escape(reader.say("drawing.one", number=at)).striptags() for at in range(1, len(drawn.drawings) + 1))
    pictures = [
        Markup(drawing_svg(answer, str(escape(label))))  # noqa: S704 - numbers that were checked, and our own words
        for answer, label in zip(drawn.drawings, labels, strict=True)
    ]
    return reader.marked(reader.labels.asked(drawn.question_id, area)), pictures
