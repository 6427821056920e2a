"""Results for staff: files are named for their wave, whatever it is called, and the page says when figures change."""

from dataclasses import replace

import pytest
from werkzeug.http import parse_options_header

from builders import WAVE, with_survey
from engage.app import create_app
from engage.reporting.holding import LEAST_CHANGE
from engage.storage import waves
from engage.storage.instance import Instance
from reporting.answered import SURVEY, publish, safe_day, take_in, to_state
from staffing import signed_in, text_of


def put(instance: Instance, name: str, state: str) -> None:
    """Store a wave under any name, also one that `set_wave_state` would not take."""
    with instance.database.writing() as session:
        known = waves.get(session, SURVEY, WAVE)
        assert known is not None
        waves.put(session, replace(known, name=name, state=state))


@pytest.mark.parametrize("wave", ['The "first"; one', "Frühling 2027 – ربيع", "2026/27, back\\slash"])
def test_a_file_is_handed_out_whatever_the_wave_is_called(instance: Instance, wave: str) -> None:
    with_survey(instance)
    put(instance, wave, "open")
    take_in(instance, safe_day(60, 40, 30), wave=wave)
    put(instance, wave, "closed")
    publish(instance, wave=wave)
    analyst = signed_in(create_app(instance), "analyst")
    for form in ("csv", "json", "html"):
        file = analyst.get("/staff/results/file", query_string={"format": form, "wave": wave})
        assert file.status_code == 200
        header = file.headers["Content-Disposition"]
        assert header.isascii()
        assert file.headers["Cache-Control"] == "no-store"
        assert parse_options_header(header) == ("attachment", {"filename": f"feeling-safe-{wave}.{form}"})


def test_the_page_says_by_the_rule_itself_when_a_figure_changes(surveyed: Instance) -> None:
    to_state(surveyed, "closed")
    said = text_of(signed_in(create_app(surveyed), "analyst").get("/staff/results"))
    assert f"only where the rounded number of people behind it has moved by {LEAST_CHANGE} or more" in said
