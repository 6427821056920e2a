"""Surveys: their versions, waves to open and close, languages to sign off, help lines to try."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import languages
from engage.collection import surveys as waves_of
from engage.collection.fieldwork import count_fieldwork
from engage.collection.languages import ChangeRefused
from engage.collection.safeguarding import NobodyAnswers
from engage.collection.surveys import NEXT_STATES, WaveStateRefused
from engage.phrases import own_name
from engage.questionnaire.easy_read import find_hard_to_read
from engage.questionnaire.help_numbers import is_test_called
from engage.questionnaire.wording import Words
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reached_surveys, reached_waves
from engage.staff.words import LIFE, OFFERS, STATE_BUTTONS, STATES, language_name
from engage.storage import clips, questionnaires, waves, working_copies

#: Characters of a wave's name.
LONGEST_NAME = 60


@staff_pages.get("/staff/surveys")
@requires(Permission.OPEN_WAVES)
def surveys() -> ResponseReturnValue:
    """List the surveys with their waves."""
    with the_instance().database.reading() as session:
        known = reached_surveys(session)
        listed = {survey.slug: list(reversed(reached_waves(session, survey.slug))) for survey in known}
    return render_template("staff/surveys.html", surveys=known, waves=listed, states=STATES)


@staff_pages.get("/staff/surveys/<slug>")
@requires(Permission.OPEN_WAVES)
def survey(slug: str) -> ResponseReturnValue:
    """Show one survey with everything that can be changed about it."""
    return _page(slug)


@staff_pages.post("/staff/surveys/<slug>/waves")
@requires(Permission.OPEN_WAVES)
def change_wave(slug: str) -> ResponseReturnValue:
    """Take a wave to another state, or begin one."""
    name, state = request.form.get("wave", "").strip(), request.form.get("state", "")
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        return _page(slug, fault="Give the wave a short name, such as 2026-autumn."), 422
    if state == "closed" and not request.form.get("sure"):
        return _page(slug, fault="Closing cannot be undone: tick the box beside the button first."), 422
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            keys, actor, now = instance.settings.keys, the_account().email, instance.now()
            waves_of.change_wave(session, keys, slug, name, state, actor=actor, now=now)
    except WaveStateRefused as refusal:
        return _page(slug, fault=str(refusal), lacks_duty=isinstance(refusal.__cause__, NobodyAnswers)), 422
    return _back(slug, "waves")


@staff_pages.post("/staff/surveys/<slug>/languages/<tag>")
@requires(Permission.OPEN_WAVES)
def change_language(slug: str, tag: str) -> ResponseReturnValue:
    """Say how far the wording of a language is reviewed."""
    instance, state, version = the_instance(), request.form.get("state", ""), _version()
    try:
        with instance.database.writing() as session:
            keys, actor, now = instance.settings.keys, the_account().email, instance.now()
            languages.set_language_review(session, keys, slug, tag, state, actor, now, version)
    except ChangeRefused as refusal:
        return _page(slug, fault=str(refusal)), 422
    return _back(slug, "languages")


@staff_pages.post("/staff/surveys/<slug>/languages")
@requires(Permission.OPEN_WAVES)
def add_language(slug: str) -> ResponseReturnValue:
    """Prepare the survey for one more language."""
    instance, tag, version = the_instance(), request.form.get("tag", "").strip(), _version()
    try:
        with instance.database.writing() as session:
            keys, actor, now = instance.settings.keys, the_account().email, instance.now()
            languages.add_language(session, keys, slug, tag, actor, now, version)
    except ChangeRefused as refusal:
        return _page(slug, fault=str(refusal)), 422
    return _back(slug, f"language-{tag}")


@staff_pages.post("/staff/surveys/<slug>/languages/<tag>/offer")
@requires(Permission.OPEN_WAVES)
def offer_language(slug: str, tag: str) -> ResponseReturnValue:
    """Open a language to respondents, or close it."""
    instance, state, version = the_instance(), request.form.get("state", ""), _version()
    try:
        with instance.database.writing() as session:
            keys, actor, now = instance.settings.keys, the_account().email, instance.now()
            languages.offer_language(session, keys, slug, tag, state, actor, now, version)
    except ChangeRefused as refusal:
        return _page(slug, fault=str(refusal)), 422
    return _back(slug, f"language-{tag}")


@staff_pages.post("/staff/surveys/<slug>/help-lines/<line_id>")
@requires(Permission.OPEN_WAVES)
def check_help_line(slug: str, line_id: str) -> ResponseReturnValue:
    """Write down that a help line's number was checked today."""
    instance, version = the_instance(), _version()
    try:
        with instance.database.writing() as session:
            keys, actor, now = instance.settings.keys, the_account().email, instance.now()
            languages.set_help_line_checked(session, keys, slug, line_id, actor, now, version)
    except ChangeRefused as refusal:
        return _page(slug, fault=str(refusal)), 422
    return _back(slug, "help-lines")


def _page(slug: str, fault: str | None = None, *, lacks_duty: bool = False) -> str:
    """Show the version that answers belong to now, or the one asked for."""
    with the_instance().database.reading() as session:
        counts = count_fieldwork(session, slug)
        current, newest = waves.current(session, slug), questionnaires.get(session, slug)
        version = _version() or (current.version if current else None)
        shown = questionnaires.get(session, slug, version)
        standings = languages.standings(session, shown) if shown else []
        recordings = clips.counts(session, slug)
        copies = working_copies.of_survey(session, slug)
    if shown is None or newest is None:
        abort(404)
    return render_template(
        "staff/survey.html",
        survey=shown,
        versions=sorted({newest.version, shown.version, *(count.wave.version for count in counts)}),
        counts=counts,
        words=Words(shown, shown.default_language, shown.routes[-1].id),
        next_states=NEXT_STATES,
        states=STATES,
        buttons=STATE_BUTTONS,
        life=LIFE,
        newest=newest,
        copies=copies,
        standings=standings,
        recordings=recordings,
        hard_to_read=find_hard_to_read(shown),
        offers=OFFERS,
        own_name=own_name,
        language_name=language_name,
        is_test_called=is_test_called,
        fault=fault,
        lacks_duty=lacks_duty,
    )


def _version() -> int | None:
    """Return the version that the page is about, where it names one."""
    named = request.values.get("version", "")
    return int(named) if named.isascii() and named.isdigit() and len(named) < 6 else None  # noqa: PLR2004 - digits


def _back(slug: str, part: str) -> ResponseReturnValue:
    return redirect(url_for("staff.survey", slug=slug, version=_version(), _anchor=part), 303)
