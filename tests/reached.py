"""Everything a staff page can be about, once within what somebody reaches and once outside it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from builders import DISTRICT, NOW, WARD, WAVE, a_door, a_submission, with_survey
from by_hand import HOUSE, a_survey_by_hand
from engage.collection.accounts import change_account
from engage.collection.batches import PrintRun, open_batch
from engage.collection.paper import issue_forms
from engage.collection.receive import receive_submission
from engage.response.receipts import tombstone_of
from engage.storage import (
    actions,
    jobs,
    public_questions,
    questionnaires,
    review,
    safeguarding,
    scans,
    staff,
    tablets,
    texts,
    visits,
    working_copies,
)
from engage.storage.actions import Action
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.jobs import Job
from engage.storage.public_questions import PublicQuestion
from engage.storage.quotes import QuoteRow
from engage.storage.reports import ReportRow
from engage.storage.review import ReviewItem
from engage.storage.safeguarding import DutyContact, Item
from engage.storage.scans import ScanFile, ScanPage
from engage.storage.scopes import Scope
from engage.storage.tablets import Tablet
from engage.storage.texts import TextChannel
from engage.storage.visits import Visit
from engage.storage.words import PieceRow
from engage.storage.working_copies import WorkingCopy
from staffing import ALayout, an_email

#: A ward of Ashfield, and Ashfield.
FAR_WARD, FAR_DISTRICT = "E05010690", "E07000170"
HERE, ELSEWHERE = "Sherwood hall", "Zebra hall"
#: What everybody but admins is limited to here; translators to Somali as well.
LIMITS = Scope(areas=frozenset({DISTRICT}), surveys=frozenset({"feeling-safe", "hand"}))


@dataclass(frozen=True)
class Spot:
    """Where things are made: a survey, a ward and its district, a name that shows on pages, a language."""

    survey: str
    ward: str
    district: str
    name: str
    language: str


INSIDE = Spot("feeling-safe", WARD, DISTRICT, HERE, "so")
OUTSIDE = Spot("feeling-safe", FAR_WARD, FAR_DISTRICT, ELSEWHERE, "pl")


def fill(instance: Instance) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make one thing of each kind inside and one outside; returns argument of an address → its value, for both."""
    with_survey(instance, a_survey_by_hand(areas=[DISTRICT, FAR_DISTRICT]))
    with_survey(instance, a_survey_by_hand(slug="other", code="other", areas=[FAR_DISTRICT]))
    found = []
    for spot in (INSIDE, OUTSIDE):
        with instance.database.writing() as session:
            found.append({name: make(instance, session, spot) for name, make in MAKERS.items()})
        sheet, drawn = found[-1].pop("sheet"), found[-1].pop("drawn")
        found[-1].update(sheet | {"reference": drawn, "question": "scene", "wave": WAVE})
    found[0] |= {"slug": "feeling-safe", "survey": "feeling-safe", "tag": "so"}
    found[1] |= {"slug": "other", "survey": "other", "tag": "pl"}
    return found[0], found[1]


def limit(instance: Instance, role: str, scope: Scope = LIMITS) -> None:
    """Limit the person with a role."""
    with instance.database.writing() as session:
        account = staff.find(session, an_email(role))
        assert account is not None
        limits = replace(scope, languages=frozenset({"so"})) if role == "translator" else scope
        change_account(session, instance.settings.keys, replace(account, scope=limits), instance.now(), "test")
        for survey in questionnaires.newest(session):
            safeguarding.put_contact(session, DutyContact(survey.slug, account.email, role, NOW))


def _answered(instance: Instance, session: Session, spot: Spot, survey: str, answers: dict[str, Any]) -> Any:
    document = a_submission(answers, survey=survey, area=spot.ward, area_relation=[])
    assert receive_submission(session, a_door(instance), document).status == "stored"
    return document["response_id"]


def _sheet(instance: Instance, session: Session, spot: Spot) -> dict[str, Any]:
    survey = questionnaires.get(session, spot.survey)
    assert survey is not None
    run = PrintRun(spot.survey, survey.version, WAVE, "en", "standard", 2, area=spot.ward, venue=spot.name)
    batch = open_batch(session, run, "test", NOW)
    what = (survey, WAVE, "en", "standard", spot.ward, 2, NOW, "test", batch)
    issued = issue_forms(session, instance.settings.keys, ALayout(), *what)
    return {"batch_id": batch.id, "serial": issued[0][0], "job": _scanned(session, issued[1][0], spot)}


def _scanned(session: Session, serial: str, spot: Spot) -> Any:
    by = an_email("ambassador") if spot is INSIDE else "somebody@example.org"
    file = ScanFile(uuid4(), f"{spot.name}.pdf", uuid4().hex * 2, "upload", None, by, NOW, job=uuid4())
    scans.add_file(session, replace(file, state="done", pages=1, pages_read=1))
    scans.add_page(session, ScanPage(uuid4(), file.id, 1, serial, 1, "read", None, None, NOW))
    return file.job


def _drawn(instance: Instance, session: Session, spot: Spot) -> str:
    answers = {"scene": {"lines": HOUSE, "may_show": True}}
    return tombstone_of(_uuid(_answered(instance, session, spot, "hand", answers)))


def _uuid(text: str) -> Any:
    return type(uuid4())(text)


def _held(_: Instance, session: Session, spot: Spot) -> str:
    document = a_submission(area=spot.ward, wave=WAVE)
    item = ReviewItem("late", _uuid(document["response_id"]), spot.survey, uuid4().hex * 2, "0" * 64, document, (), NOW)
    review.add(session, item)
    return item.item_hash


def _flagged(_: Instance, session: Session, spot: Spot) -> Any:
    item = Item(uuid4(), spot.survey, "web", uuid4().hex[:12], "en", "being_hurt", NOW, NOW, area=spot.district)
    safeguarding.add(session, item)
    return item.id


def _written(instance: Instance, session: Session, spot: Spot) -> Any:
    response = _answered(instance, session, spot, spot.survey, {"safe_day": "very_safe"})
    piece = PieceRow(id=uuid4(), response_id=_uuid(response), question="say_more", survey=spot.survey, wave=WAVE)
    piece.language, piece.district, piece.may_quote, piece.state, piece.hidden = "en", spot.district, True, "open", []
    session.add(piece)
    session.flush()
    return piece.id


def _quoted(instance: Instance, session: Session, spot: Spot) -> Any:
    piece = _written(instance, session, spot)
    quote = QuoteRow(id=uuid4(), piece=piece, words=f"At {spot.name} it is dark.", state="proposed", proposed_by="x@y")
    session.add(quote)
    session.flush()
    return quote.id


def _reported(_: Instance, session: Session, spot: Spot) -> int:
    fields = {"survey": spot.survey, "wave": WAVE, "release_hash": "0" * 64, "title": spot.name, "state": "draft"}
    row = ReportRow(**fields, created_at=NOW, created_by="x@y")
    session.add(row)
    session.flush()
    return row.id


def _done(_: Instance, session: Session, spot: Spot) -> Any:
    words = (spot.name, f"Lights at {spot.name}", "The council", date(2026, 11, 1), "x@y", NOW)
    action = Action(uuid4(), spot.survey, *words, area=spot.ward)
    actions.put(session, action)
    return action.id


def _asked(_: Instance, session: Session, spot: Spot) -> Any:
    question = PublicQuestion(uuid4(), spot.survey, f"What of {spot.name}?", date(2026, 11, 1), spot.ward)
    public_questions.put(session, question)
    return question.id


def _tablet(_: Instance, session: Session, spot: Spot) -> Any:
    days = (date(2026, 11, 1), date(2026, 12, 1))
    kept = Tablet(
        uuid4(), uuid4().hex * 2, spot.survey, spot.name, "b", spot.ward, ("en",), ("standard",), "x@y", *days
    )
    tablets.add(session, kept)
    return kept.id


def _channel(_: Instance, session: Session, spot: Spot) -> Any:
    survey = spot.survey if spot is INSIDE else "other"
    channel = TextChannel(uuid4(), "json", survey, ("secret",), number="+447700900111")
    texts.add_channel(session, channel)
    return channel.id


def _visit(_: Instance, session: Session, spot: Spot) -> Any:
    day, by = date(2026, 11, 30), an_email("ambassador") if spot is INSIDE else "x@y"
    visit = Visit(uuid4(), spot.survey, WAVE, spot.ward, spot.name, day, by, "x@y", NOW)
    visits.put(session, visit)
    return visit.id


def _copy(_: Instance, session: Session, spot: Spot) -> Any:
    survey = spot.survey if spot is INSIDE else "other"
    document = {"slug": survey, "questions": []}
    copy = WorkingCopy(uuid4(), survey, "new", "x@y", NOW, "x@y", NOW, 1, document, {})
    working_copies.add(session, copy)
    return copy.id


def _job(_: Instance, session: Session, spot: Spot) -> Any:
    asked = {"survey": spot.survey, "wave": WAVE, "area": spot.ward, "count": 5, "language": "en", "style": "standard"}
    kept = Job(uuid4(), "paper.print", asked, "x@y", NOW)
    jobs.add(session, kept)
    return kept.id


#: What is made of a kind of thing → how. A new argument of an address gets its line here.
MAKERS: dict[str, Callable[[Instance, Session, Spot], Any]] = {
    "sheet": _sheet,
    "drawn": _drawn,
    "item_hash": _held,
    "item_id": _flagged,
    "piece_id": _written,
    "quote_id": _quoted,
    "report_id": _reported,
    "action_id": _done,
    "question_id": _asked,
    "tablet_id": _tablet,
    "channel_id": _channel,
    "visit_id": _visit,
    "copy_id": _copy,
    "job_id": _job,
}
