"""The duty queue: what waits for whoever is on duty, and what they do about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import safeguarding as duty_queue
from engage.collection import whereabouts
from engage.collection.flagged_words import WordsNotShown, may_read_words, read_words
from engage.collection.receive import LONDON
from engage.collection.safeguarding import ItemClosed, NumberNotShown
from engage.staff.access import Permission, requires
from engage.staff.answers_shown import question_asked
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.duty_rota import LONGEST_WAIT, change_rota, duty_of, who_may
from engage.staff.scope import reached_surveys, reaches
from engage.staff.text_words import DANGERS, OUTCOMES
from engage.staff.words import CHANNELS, language_name
from engage.storage import areas, questionnaires, safeguarding, staff
from engage.storage.database import Session
from engage.storage.safeguarding import Item
from engage.storage.staff import Account

#: Closed items on the page.
SHOWN = 20


class NotChosen(Exception):
    """Something has to be chosen first; the message says what."""


@dataclass(frozen=True)
class Shown:
    """What an act shows, once: a number, or what was written with personal details hidden."""

    number: str | None = None
    words: str | None = None


@dataclass(frozen=True)
class ItemShown:
    """An item as its reader sees it."""

    item: Item
    danger: str
    channel: str
    language: str
    #: The day; of a text, whose sender waits, the minute too.
    raised: str
    #: The question that was answered and the district told about, where an answer is meant.
    question: str | None
    area: str | None
    #: Whose turn it is to look.
    turn: str | None
    #: Such as "12 minutes left" or "40 minutes late".
    time_left: str
    is_late: bool
    #: May be asked for, waits for somebody of another role, or may be agreed to by the reader.
    number: str
    has_words: bool


@staff_pages.get("/staff/duty")
@requires(Permission.BE_ON_DUTY)
def duty() -> ResponseReturnValue:
    """Show what waits; that somebody looked is in the audit log."""
    return _page(done=request.args.get("done"))


@staff_pages.get("/staff/duty/waiting")
@requires(Permission.BE_ON_DUTY)
def duty_waiting() -> ResponseReturnValue:
    """Say how many items wait that nobody has taken up, for the page that is open; it shows none of them."""
    with the_instance().database.reading() as session:
        return jsonify({"waiting": untaken_of(session, the_account())})


@staff_pages.post("/staff/duty/<uuid:item_id>")
@requires(Permission.BE_ON_DUTY)
def act_on_duty(item_id: UUID) -> ResponseReturnValue:
    """Take an item up, hand it over, close it, or ask for or agree to its number."""
    act = request.form.get("act", "")
    try:
        with the_instance().database.writing() as session:
            if not _is_theirs(session, item_id, the_account()):
                abort(404)
            shown = _act(session, item_id, act)
    except NotChosen as missing:
        return _page(fault=str(missing)), 422
    except ItemClosed:
        return _page(fault="Somebody else has closed this meanwhile."), 409
    except NumberNotShown:
        return _page(fault="A number is shown to two people of different roles together, and only if it was kept."), 409
    except WordsNotShown as refusal:
        return _page(fault=str(refusal)), 409
    return _page(shown=shown) if shown else redirect(url_for("staff.duty", done=act), 303)


@staff_pages.post("/staff/duty")
@requires(Permission.BE_ON_DUTY)
def change_duty() -> ResponseReturnValue:
    """Name who is on duty for a survey or answers for it, take somebody off, or change the rule."""
    survey = request.form.get("survey", "")
    with the_instance().database.writing() as session:
        if questionnaires.get(session, survey) is None:
            abort(404)
        fault = change_rota(session, survey)
    return (_page(fault=fault), 422) if fault else redirect(url_for("staff.duty", done="changed"), 303)


def _act(session: Session, item_id: UUID, act: str) -> Shown | None:
    """Do one thing with an item; return what it shows: a number two roles agreed on, or masked words."""
    instance, form, by = the_instance(), request.form, the_account().email
    keys, now = instance.settings.keys, instance.now()
    match act:
        case "acknowledge":
            duty_queue.acknowledge(session, keys, item_id, by, now)
        case "hand_over":
            if form.get("to") not in who_may(session):
                raise NotChosen("Choose whom to hand it to.")
            duty_queue.hand_over(session, keys, item_id, form["to"], by, now)
        case "close":
            if form.get("outcome") not in OUTCOMES:
                raise NotChosen("Choose what became of it.")
            duty_queue.close(session, keys, item_id, form["outcome"], by, now)
        case "ask_number":
            duty_queue.ask_for_number(session, keys, item_id, by, now)
        case "show_number":
            return Shown(number=duty_queue.show_number(session, keys, item_id, by, now))
        case "read_words":
            return Shown(words=read_words(session, keys, item_id, by, now))
        case _:
            abort(400)
    return None


def _page(*, done: str | None = None, fault: str | None = None, shown: Shown | None = None) -> str:
    instance, account = the_instance(), the_account()
    now = instance.now()
    with instance.database.writing() as session:
        found = duty_queue.look_at_queue(session, instance.settings.keys, account.email, now)
        own = _own_surveys(session, account)
        found = [item for item in found if reaches(session, [whereabouts.of_duty_item(item)])]
        items = [_shown(item, account, session, now) for item in found if _concerns(item, account, own)]
        closed = [
            item
            for item in safeguarding.closed_items(session, SHOWN)
            if _concerns(item, account, own) and reaches(session, [whereabouts.of_duty_item(item)])
        ]
        surveys = [duty_of(session, survey) for survey in reached_surveys(session)]
        people = who_may(session)
    return render_template(
        "staff/duty.html",
        items=items,
        waiting=sum(shown.item.acknowledged_at is None for shown in items),
        closed=closed,
        surveys=surveys,
        people=people,
        dangers=DANGERS,
        outcomes=OUTCOMES,
        has_mail=instance.settings.smtp_url is not None,
        longest_wait=LONGEST_WAIT,
        at=_at,
        done=done,
        fault=fault,
        shown_once=shown or Shown(),
    )


def untaken_of(session: Session, account: Account) -> int:
    """Return how many items wait that are somebody's to see and that nobody has taken up."""
    own = _own_surveys(session, account)
    found = [item for item in safeguarding.open_items(session) if reaches(session, [whereabouts.of_duty_item(item)])]
    return sum(item.acknowledged_at is None and _concerns(item, account, own) for item in found)


def _own_surveys(session: Session, account: Account) -> set[str]:
    known = (safeguarding.contacts(session, survey.slug) for survey in reached_surveys(session))
    return {contact.survey for contacts in known for contact in contacts if contact.email == account.email}


def _concerns(item: Item, account: Account, own: set[str]) -> bool:
    """Say whether an item is somebody's to see: of a survey they are on duty for, handed to them, or any admin's."""
    return account.role == "admin" or item.survey in own or account.email in (item.handed_to, item.acknowledged_by)


def _is_theirs(session: Session, item_id: UUID, account: Account) -> bool:
    item = safeguarding.get(session, item_id)
    return item is not None and _concerns(item, account, _own_surveys(session, account))


def _shown(item: Item, account: Account, session: Session, now: datetime) -> ItemShown:
    minutes = round((item.due_at - now).total_seconds() / 60)
    return ItemShown(
        item=item,
        danger=DANGERS[item.list_code],
        channel=CHANNELS.get(item.channel, item.channel),
        language=language_name(item.language) if item.language else "not known",
        raised=f"{item.raised_at.astimezone(LONDON):%-d %B %Y}" if item.question is not None else _at(item.raised_at),
        question=question_asked(session, item.survey, item.question) if item.question else None,
        area=_area_name(session, item.area),
        turn=duty_queue.whose_turn(session, item),
        time_left=f"{_span(minutes)} left" if minutes >= 0 else f"{_span(-minutes)} late",
        is_late=minutes < 0 and item.acknowledged_at is None,
        number=_number_of(item, account, session),
        has_words=may_read_words(session, item),
    )


def _area_name(session: Session, code: str | None) -> str | None:
    area = areas.read_tree(session).get(code) if code else None
    return area.name if area else None


def _number_of(item: Item, account: Account, session: Session) -> str:
    if item.number_sealed is None:
        return "none"
    if item.number_asked_by is None:
        return "ask"
    asker = staff.find(session, item.number_asked_by)
    return "wait" if asker is None or asker.role == account.role else "agree"


def _span(minutes: int) -> str:
    if minutes < 120:  # noqa: PLR2004 - two hours
        return f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
    return f"{minutes // 60} hours"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%-d %B %Y, %H:%M}"
