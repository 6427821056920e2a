"""Printed forms of the demo: those its paper answers came in on, and some that still wait to be entered."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engage.areas import AreaTree
from engage.channels.paper.composition import make_layout
from engage.channels.paper.layout import Layout
from engage.phrases import phrases_for
from engage.questionnaire.model import Questionnaire
from engage.response.serials import make_serial
from engage.storage import forms
from engage.storage.forms import Form

#: (language, style) of the forms that were printed, the survey's own language in every style.
PRINTED = (
    ("en", "standard"),
    ("en", "easy_read"),
    ("en", "large_print"),
    ("pl", "standard"),
    ("so", "easy_read"),
    ("ur", "standard"),
)
#: (language, style) of the forms left to be entered.
WAITING = (("en", "standard"), ("en", "easy_read"))
#: Forms among which those that wait are looked for.
MOST_LOOKED_AT = 20


@dataclass(frozen=True)
class PrintRun:
    """The layouts of one version of a survey by (language, style)."""

    survey: str
    version: int
    layouts: Mapping[tuple[str, str], Layout]

    def form(self, serial: str, wave: str, language: str, style: str, at: datetime) -> Form:
        """Return a printed form of the run."""
        layout = self.layouts[language, style]
        return Form(serial, self.survey, self.version, wave, language, style, None, layout.content_hash, at)


def print_run(questionnaire: Questionnaire, districts: Mapping[str, str]) -> PrintRun:
    """Lay out every form the demo prints, marked as synthetic."""
    layouts = {
        (language, style): make_layout(
            questionnaire,
            language,
            style,
            say=phrases_for(language, style).say,
            districts=districts,
            is_synthetic=True,
        )
        for language, style in PRINTED
        if questionnaire.language(language) and style in questionnaire.styles
    }
    return PrintRun(questionnaire.slug, questionnaire.version, layouts)


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
        if (language, style) in run.layouts:
            _keep(session, run, run.form(make_serial(secrets.randbelow), wave, language, style, now))


def waiting_forms(session: Session, survey: str, wave: str) -> list[Form]:
    """Return the newest forms of a wave that wait to be entered."""
    newest = forms.newest(session, survey, MOST_LOOKED_AT)
    return [form for form in newest if form.wave == wave and form.state == "printed"]


def _keep(session: Session, run: PrintRun, form: Form) -> None:
    layout = run.layouts[form.language, form.style]
    forms.put_layout(session, form.layout_hash, layout.to_document())
    forms.add(session, form)
