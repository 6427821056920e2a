"""Says which survey, wave, area and language something belongs to, so that it can be judged who reaches it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engage.areas import AreaTree
from engage.areas.reach import is_reached, leads_to
from engage.response.serials import read_serial
from engage.storage import (
    actions,
    batches,
    decisions,
    drawings,
    forms,
    jobs,
    public_questions,
    questionnaires,
    quotes,
    reports,
    responses,
    safeguarding,
    scans,
    tablets,
    texts,
    visits,
    words,
    working_copies,
)
from engage.storage.batches import Batch
from engage.storage.database import Session
from engage.storage.jobs import Job
from engage.storage.reports import Report
from engage.storage.review import ReviewItem
from engage.storage.safeguarding import Item
from engage.storage.scopes import Scope
from engage.storage.words import Piece

#: Stands for the area of something that nobody knows any more; whoever is limited to areas does not reach it.
_FORGOTTEN = "forgotten"


@dataclass(frozen=True)
class Whereabouts:
    """What something belongs to; what is None or empty is not said of it, and limits nobody."""

    survey: str | None = None
    wave: str | None = None
    areas: tuple[str, ...] = ()
    language: str | None = None
    #: The areas are wider than what it is about: it is enough to reach a part of one.
    is_wide: bool = False


def is_in_reach(scope: Scope, tree: AreaTree, about: Whereabouts) -> bool:
    """Say whether somebody reaches a thing: its survey and wave, every area of it, and its language."""
    has_survey = about.survey is None or scope.has_survey(about.survey, about.wave)
    has_language = about.language is None or scope.has_language(about.language)
    judge = leads_to if about.is_wide else is_reached
    return has_survey and has_language and all(judge(tree, code, scope.areas) for code in about.areas)


def of_form(session: Session, serial: str) -> Whereabouts | None:
    """Return where a printed form belongs."""
    found = forms.get(session, read_serial(serial) or "")
    return Whereabouts(found.survey, found.wave, _some(found.area)) if found else None


def of_batch(batch: Batch) -> Whereabouts:
    """Return where a batch of forms belongs."""
    return Whereabouts(batch.survey, batch.wave, _some(batch.area))


def of_batch_id(session: Session, batch_id: UUID) -> Whereabouts | None:
    """Return where a batch of forms belongs, by its id."""
    found = batches.get(session, batch_id)
    return of_batch(found) if found else None


def of_job(session: Session, job: Job) -> Whereabouts:
    """Return where long work belongs, as far as it was asked for one survey, wave or area.

    Summaries are of every area of their survey unless they were asked for within some.
    """
    given = {name: _text(job.parameters.get(name)) for name in ("survey", "wave", "area")}
    codes = _some(given["area"]) or tuple(job.parameters.get("within", ()))
    if job.kind == "results.summaries" and not codes and given["survey"]:
        questionnaire = questionnaires.get(session, given["survey"])
        codes = tuple(questionnaire.areas) if questionnaire else ()
    return Whereabouts(given["survey"], given["wave"], codes)


def of_job_id(session: Session, job_id: UUID) -> Whereabouts | None:
    """Return where long work belongs, by its id."""
    found = jobs.get(session, job_id)
    return of_job(session, found) if found else None


def of_sending(session: Session, job: UUID) -> list[Whereabouts]:
    """Return where the forms belong of which pages were scanned together."""
    pages = (page for file in scans.files_of_job(session, job) for page in scans.pages_of_file(session, file.id))
    serials = {page.serial for page in pages if page.serial}
    return [about for serial in sorted(serials) if (about := of_form(session, serial))]


def of_review_item(session: Session, item: ReviewItem) -> Whereabouts:
    """Return where an item of the review belongs: by what is held, else by what is stored."""
    if item.body:
        return Whereabouts(item.survey, _text(item.body.get("wave")), _some(_text(item.body.get("area"))))
    return of_response(session, item.response_id) or Whereabouts(item.survey, areas=(_FORGOTTEN,))


def of_item_hash(session: Session, item_hash: str) -> Whereabouts | None:
    """Return where an item of the review belongs, decided or not, by its hash."""
    found = decisions.any_item(session, item_hash)
    return of_review_item(session, found) if found else None


def of_drawing(session: Session, reference: str, question: str) -> Whereabouts | None:
    """Return where a drawing belongs."""
    found = drawings.find(session, reference, question)
    return of_response(session, found.response_id) if found else None


def of_piece(session: Session, piece: Piece) -> Whereabouts:
    """Return where an answer in somebody's own words belongs."""
    about = of_response(session, piece.response_id)
    return Whereabouts(piece.survey, piece.wave, about.areas if about else (), piece.language)


def of_piece_id(session: Session, piece_id: UUID) -> Whereabouts | None:
    """Return where an answer in somebody's own words belongs, by its id."""
    found = words.get(session, piece_id)
    return of_piece(session, found) if found else None


def of_quote(session: Session, quote_id: UUID) -> Whereabouts | None:
    """Return where a quote belongs."""
    found = quotes.get(session, quote_id)
    return of_piece_id(session, found.piece) if found else None


def of_duty_item(item: Item) -> Whereabouts:
    """Return where an item of the duty queue belongs; of its area no more is kept than the district."""
    return Whereabouts(item.survey, areas=_some(item.area), is_wide=True)


def of_duty_id(session: Session, item_id: UUID) -> Whereabouts | None:
    """Return where an item of the duty queue belongs, by its id."""
    found = safeguarding.get(session, item_id)
    return of_duty_item(found) if found else None


def of_report(session: Session, report: Report) -> Whereabouts:
    """Return where a report belongs: to the whole of its survey's areas."""
    questionnaire = questionnaires.get(session, report.survey)
    return Whereabouts(report.survey, report.wave, tuple(questionnaire.areas) if questionnaire else ())


def of_report_id(session: Session, report_id: int) -> Whereabouts | None:
    """Return where a report belongs, by its number."""
    found = reports.get(session, report_id)
    return of_report(session, found) if found else None


def of_action(session: Session, action_id: UUID) -> Whereabouts | None:
    """Return where something that was done belongs."""
    found = actions.get(session, action_id)
    return Whereabouts(found.survey, areas=_some(found.area)) if found else None


def of_question(session: Session, question_id: UUID | str) -> Whereabouts | None:
    """Return where a question asked in public belongs; one of a questionnaire stands in its working copy."""
    found = public_questions.get(session, question_id) if isinstance(question_id, UUID) else None
    return Whereabouts(found.survey, areas=_some(found.area)) if found else None


def of_visit(session: Session, visit_id: UUID) -> Whereabouts | None:
    """Return where a visit belongs."""
    found = visits.get(session, visit_id)
    return Whereabouts(found.survey, found.wave, (found.area,)) if found else None


def of_copy(session: Session, copy_id: UUID) -> Whereabouts | None:
    """Return where a working copy of a questionnaire belongs."""
    found = working_copies.get(session, copy_id)
    return Whereabouts(found.survey) if found else None


def of_tablet(session: Session, tablet_id: UUID) -> Whereabouts | None:
    """Return where a tablet belongs."""
    found = tablets.get(session, tablet_id)
    return Whereabouts(found.survey, areas=_some(found.area)) if found else None


def of_channel(session: Session, channel_id: UUID) -> Whereabouts | None:
    """Return where a text channel belongs."""
    found = texts.get_channel(session, channel_id)
    return Whereabouts(found.survey) if found else None


def of_response(session: Session, response_id: UUID) -> Whereabouts | None:
    """Return where a stored response belongs."""
    found = responses.get(session, response_id)
    return Whereabouts(found.survey, found.wave, _some(found.area)) if found else None


def of_named(values: Mapping[str, Any], area_codes: Iterable[str] = ()) -> Whereabouts:
    """Return what an address or a form names."""
    named = tuple(code for code in area_codes if code)
    return Whereabouts(_text(values.get("survey")), _text(values.get("wave")), named, _text(values.get("language")))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _some(code: str | None) -> tuple[str, ...]:
    return (code,) if code else ()
