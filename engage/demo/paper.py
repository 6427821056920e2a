"""Printed forms of the demo: those its paper answers came in on, and some that still wait to be entered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engage.channels.paper.composition import make_layout
from engage.collection.batches import PrintRun as BatchRun
from engage.collection.batches import open_batch
from engage.collection.paper import districts_on_form, issue_forms
from engage.phrases import phrases_for
from engage.questionnaire.model import Questionnaire
from engage.settings import Keys
from engage.storage import forms
from engage.storage.database import Session
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
    """A layout as it is kept, written out once for all its forms."""

    content_hash: str
    document: dict[str, Any]

    def to_document(self) -> dict[str, Any]:
        """Return the layout as JSON."""
        return self.document


@dataclass(frozen=True)
class PrintRun:
    """The forms printed of one version of a survey, by (language, style)."""

    questionnaire: Questionnaire
    plates: Mapping[tuple[str, str], _Plate]


@dataclass(frozen=True)
class Press:
    """Lays each version of the survey out once, however many waves are printed of it."""

    runs: dict[int, PrintRun] = field(default_factory=dict)

    def run(self, session: Session, questionnaire: Questionnaire) -> PrintRun:
        """Return the forms the demo prints of a questionnaire, their layouts stored."""
        if questionnaire.version not in self.runs:
            self.runs[questionnaire.version] = _laid_out(session, questionnaire)
        run = self.runs[questionnaire.version]
        for plate in run.plates.values():
            forms.put_layout(session, plate.content_hash, plate.document)
        return run


def record_entered(
    session: Session, run: PrintRun, submissions: Iterable[Mapping[str, Any]], *, printed_at: datetime, now: datetime
) -> None:
    """Record the printed forms that submissions came in on, where they are not known yet."""
    for submission in submissions:
        serial, language, style = submission["serial"], submission["language"], submission["style"]
        if serial is None or forms.get(session, serial) is not None:
            continue
        form = Form(
            serial=serial,
            survey=run.questionnaire.slug,
            version=run.questionnaire.version,
            wave=submission["wave"],
            language=language,
            style=style,
            area=None,
            layout_hash=run.plates[language, style].content_hash,
            printed_at=printed_at,
            state="entered",
            entered_by=submission["keyed_by"],
            entered_at=now,
        )
        forms.add(session, form)


def leave_forms(session: Session, keys: Keys, run: PrintRun, wave: str, *, by: str, now: datetime) -> None:
    """Issue some forms that wait for somebody to key them or to answer online."""
    for language, style in WAITING:
        if (language, style) in run.plates:
            plate, version = run.plates[language, style], run.questionnaire.version
            asked = BatchRun(run.questionnaire.slug, version, wave, language, style, 1, venue="Made-up youth club")
            batch = open_batch(session, asked, by, now)
            issue_forms(session, keys, plate, run.questionnaire, wave, language, style, None, 1, now, by, batch)


def waiting_forms(session: Session, survey: str, wave: str) -> list[Form]:
    """Return the newest forms of a wave that wait to be entered."""
    newest = forms.newest(session, survey, MOST_LOOKED_AT)
    return [form for form in newest if form.wave == wave and form.state == "printed"]


def _laid_out(session: Session, questionnaire: Questionnaire) -> PrintRun:
    districts = districts_on_form(session, questionnaire)
    plates = {}
    for language, style in PRINTED:
        if questionnaire.language(language) is None or style not in questionnaire.styles:
            continue
        say = phrases_for(language, style).say
        layout = make_layout(questionnaire, language, style, say=say, districts=districts, is_synthetic=True)
        plates[language, style] = _Plate(layout.content_hash, layout.to_document())
    return PrintRun(questionnaire, plates)
