"""Printed forms of the demo: those its paper answers came in on, and some that still wait to be entered."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engage.channels.paper.composition import make_layout
from engage.phrases import phrases_for
from engage.questionnaire.model import Questionnaire
from engage.response.serials import make_serial
from engage.storage import forms
from engage.storage.forms import Form

#: (language, style) of the forms that were printed: the survey's own language in every style, and some others.
PRINTED = (
    ("en", "standard"),
    ("en", "easy_read"),
    ("en", "large_print"),
    ("pl", "standard"),
    ("so", "easy_read"),
    ("ur", "easy_read"),
)
#: (language, style) of the forms left to be entered.
WAITING = (("en", "standard"), ("en", "easy_read"))
#: Forms among which those that wait are looked for.
MOST_LOOKED_AT = 20


@dataclass(frozen=True)
class _Plate:
    """A layout as it is stored, with its hash."""

    layout_hash: str
    document: dict[str, Any]


@dataclass(frozen=True)
class PrintRun:
    """The forms printed of one version of a survey, by (language, style)."""

    survey: str
    version: int
    plates: Mapping[tuple[str, str], _Plate]

    def form(self, serial: str, wave: str, language: str, style: str, at: datetime) -> Form:
        """Return a form of the run as it was printed."""
        layout_hash = self.plates[language, style].layout_hash
        return Form(serial, self.survey, self.version, wave, language, style, None, layout_hash, at)


def print_run(questionnaire: Questionnaire, districts: Mapping[str, str]) -> PrintRun:
    """Lay out every form the demo prints, marked as synthetic; `districts` are names by code."""
    plates = {}
    for language, style in PRINTED:
        if questionnaire.language(language) is None or style not in questionnaire.styles:
            continue
        say = phrases_for(language, style).say
        layout = make_layout(questionnaire, language, style, say=say, districts=districts, is_synthetic=True)
        plates[language, style] = _Plate(layout.content_hash, layout.to_document())
    return PrintRun(questionnaire.slug, questionnaire.version, plates)


def record_entered(
    session: Session, run: PrintRun, submissions: Iterable[Mapping[str, Any]], *, printed_at: datetime, now: datetime
) -> None:
    """Record the printed forms that submissions came in on, where they are not known yet."""
    for submission in submissions:
        serial = submission["serial"]
        if serial is None or forms.get(session, serial) is not None:
            continue
        form = run.form(serial, submission["wave"], submission["language"], submission["style"], printed_at)
        _keep(session, run, replace(form, state="entered", entered_by=submission["keyed_by"], entered_at=now))


def record_waiting(session: Session, run: PrintRun, wave: str, now: datetime) -> None:
    """Record some forms as printed and handed out, for somebody to key or answer online."""
    for language, style in WAITING:
        if (language, style) in run.plates:
            _keep(session, run, run.form(make_serial(secrets.randbelow), wave, language, style, now))


def waiting_forms(session: Session, survey: str, wave: str) -> list[Form]:
    """Return the newest forms of a wave that wait to be entered."""
    newest = forms.newest(session, survey, MOST_LOOKED_AT)
    return [form for form in newest if form.wave == wave and form.state == "printed"]


def _keep(session: Session, run: PrintRun, form: Form) -> None:
    plate = run.plates[form.language, form.style]
    forms.put_layout(session, plate.layout_hash, plate.document)
    forms.add(session, form)
