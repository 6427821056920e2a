"""The first page after signing in: what to do next, and how the fieldwork stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engage.channels.sms.silence import is_silent
from engage.collection import whereabouts
from engage.collection.batches import ANSWERED
from engage.collection.fieldwork import FieldworkCount, count_all_fieldwork, rough_band
from engage.collection.receive import LONDON
from engage.collection.retention import going_soon
from engage.collection.setting_up import gaps_of
from engage.questionnaire.help_numbers import is_unchecked
from engage.questionnaire.model import Questionnaire
from engage.staff.access import Permission, for_all_staff, may
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.coverage_home import short_here
from engage.staff.drawings import count_waiting
from engage.staff.duty import untaken_of
from engage.staff.field_steps import Step, field_steps, visits_ahead
from engage.staff.keeping import PARTS
from engage.staff.public_questions import waiting_questions
from engage.staff.review import waiting_items
from engage.staff.scope import reached_surveys, reaches, scope
from engage.staff.words import CHANNELS, STATES
from engage.storage import areas, batches, review, scans, texts
from engage.storage.database import Session
from engage.storage.staff import Account

#: Whoever plans or reads the fieldwork sees whole numbers; the others see bands.
_SEES_NUMBERS = (Permission.PRINT_FORMS, Permission.READ_RESULTS)


@dataclass(frozen=True)
class WaveShown:
    """A wave with its counts as the reader may see them."""

    survey: str
    name: str
    state: str
    state_words: str
    is_synthetic: bool
    replies: str
    by_channel: tuple[tuple[str, str], ...]
    forms_printed: str
    forms_entered: str
    #: Such as "3 pilot replies (they never count)"; empty but in a pilot.
    pilot: str = ""


@staff_pages.get("/staff/")
@for_all_staff
def home() -> ResponseReturnValue:
    """Show what to do next and the counts of every wave."""
    account = the_account()
    if account.role == "translator":
        return redirect(url_for("staff.translations"), 303)
    if account.role == "coder":
        return redirect(url_for("staff.own_words"), 303)
    with the_instance().database.reading() as session:
        limits = scope()
        counts = [one for one in count_all_fieldwork(session) if limits.has_survey(one.wave.survey, one.wave.name)]
        tree, now = areas.read_tree(session), the_instance().now()
        steps = [*field_steps(session, account, tree, now), *_steps(session, account, counts)]
        ahead = visits_ahead(session, account, tree, now) if may(account, Permission.RUN_SESSIONS) else []
        short = short_here(session)
    # Counts are of whole waves, so whoever is limited to areas, or reads what is published, gets none.
    waves = [] if limits.areas or account.role == "partner" else [_shown(count, account) for count in counts]
    steps.sort(key=lambda step: not step.is_urgent)
    return render_template("staff/home.html", steps=steps, visits=ahead, short=short, waves=waves)


def _steps(session: Session, account: Account, counts: list[FieldworkCount]) -> Iterator[Step]:
    surveys = reached_surveys(session)
    if may(account, Permission.REVIEW):
        yield from _review_steps(session)
    if may(account, Permission.BE_ON_DUTY) and (untaken := untaken_of(session, account)):
        yield Step(f"{_several(untaken, 'item waits', 'items wait')} in the duty queue", "/staff/duty")
    if may(account, Permission.SPEAK_IN_PUBLIC) and (asked := len(waiting_questions(session))):
        yield Step(f"{_several(asked, 'question waits', 'questions wait')} for an answer", "/staff/public/questions")
    if may(account, Permission.MANAGE_TEXTS):
        now = the_instance().now()
        known = [channel for channel in texts.list_channels(session) if scope().has_survey(channel.survey)]
        silent = [channel for channel in known if is_silent(channel, now)]
        yield from (Step("A text channel has been silent for too long", f"/staff/channels/{one.id}") for one in silent)
    if may(account, Permission.OPEN_WAVES):
        yield from _survey_steps(session, surveys, counts)
        yield from _keeping_steps(session)
    if may(account, Permission.PRINT_FORMS):
        today = the_instance().now().astimezone(LONDON).date()
        overdue = batches.overdue(session, today)
        if late := sum(reaches(session, [whereabouts.of_batch(one)]) for one in overdue):
            words = _several(late, "batch of paper is", "batches of paper are")
            yield Step(f"{words} still to be destroyed", "/staff/paper/batches")
    if may(account, Permission.PUBLISH_RESULTS) and any(count.wave.state == "closed" for count in counts):
        yield Step("Publish or read the results of a closed wave", "/staff/results")


def _keeping_steps(session: Session) -> Iterator[Step]:
    for wave, part, last in going_soon(session, the_instance().now().astimezone(LONDON).date()):
        if scope().has_survey(wave.survey, wave.name):
            words = f"{PARTS[part]} of {wave.survey}, {wave.name} go for good after {last:%-d %B %Y}"
            yield Step(words, "/staff/keeping")


def _review_steps(session: Session) -> Iterator[Step]:
    is_limited = not scope().is_everything
    if waiting := len(waiting_items(session)) if is_limited else review.count_waiting(session):
        yield Step(f"{_several(waiting, 'item waits', 'items wait')} for a decision", "/staff/review")
    forms = (
        [whereabouts.of_form(session, one.serial) for one in scans.list_forms(session, "review")] if is_limited else []
    )
    scanned = sum(reaches(session, [one]) for one in forms)
    if scanned := scanned if is_limited else scans.count_forms(session).get("review", 0):
        yield Step(
            f"{_several(scanned, 'scanned form waits', 'scanned forms wait')} for a person", "/staff/scans/review"
        )
    if drawn := count_waiting(session):
        yield Step(f"{_several(drawn, 'drawing waits', 'drawings wait')} to be looked at", "/staff/drawings")


def _survey_steps(session: Session, surveys: list[Questionnaire], counts: list[FieldworkCount]) -> Iterator[Step]:
    if not surveys:
        yield Step("There is no survey yet: set one up", "/staff/set-up")
        return
    if not any(count.wave.takes_starts for count in counts):
        yield Step("No wave is open: open one", "/staff/surveys")
    for survey in surveys:
        drafted = sum(language.review == "machine_drafted" for language in survey.languages)
        untried = sum(map(is_unchecked, survey.help_lines))
        if drafted:
            words = _several(drafted, "language is", "languages are")
            yield Step(f"{words} drafted by machine and not reviewed", f"/staff/surveys/{survey.slug}#languages")
        if untried:
            words = _several(untried, "help line has", "help lines have")
            yield Step(f"{words} never been checked", f"/staff/surveys/{survey.slug}#help-lines")
        if missing := len(gaps_of(session, survey.slug, the_instance().now())):
            words = _several(missing, "item is", "items are")
            yield Step(f"{words} missing in the set-up of {survey.slug}", f"/staff/set-up/{survey.slug}")


def _shown(count: FieldworkCount, account: Account) -> WaveShown:
    is_exact = any(may(account, permission) for permission in _SEES_NUMBERS)
    shown = str if is_exact else rough_band
    return WaveShown(
        survey=count.wave.survey,
        name=count.wave.name,
        state=count.wave.state,
        state_words=STATES[count.wave.state],
        is_synthetic=count.wave.synthetic,
        replies=shown(sum(count.replies.values())),
        by_channel=tuple((CHANNELS[code], shown(count.replies[code])) for code in CHANNELS if code in count.replies),
        forms_printed=shown(sum(count.forms.values())),
        forms_entered=shown(sum(count.forms.get(state, 0) for state in ANSWERED)),
        pilot=_pilot_words(count, is_exact=is_exact) if count.wave.state == "pilot" else "",
    )


def _pilot_words(count: FieldworkCount, *, is_exact: bool) -> str:
    if not is_exact:
        return f"Pilot replies (they never count): {rough_band(count.pilot)}"
    return f"{_several(count.pilot, 'pilot reply (it never counts)', 'pilot replies (they never count)')}"


def _several(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
