"""Recordings: the words of a survey in one language and style, and who has read which of them aloud."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.channels.web.recordings import clip_addresses
from engage.collection.clips import LARGEST_CLIP, ClipRefused, keep_clip, remove_clip
from engage.phrases import own_name
from engage.questionnaire.aloud import heard_in
from engage.questionnaire.model import Questionnaire
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.words import STYLES, language_name
from engage.storage import questionnaires
from engage.storage.database import Session

_PATH = "/staff/surveys/<slug>/recordings/<tag>"


@staff_pages.get(_PATH)
@requires(Permission.TRANSLATE)
def recordings(slug: str, tag: str) -> ResponseReturnValue:
    """Show the words of a language with their recordings."""
    return _page(slug, tag)


@staff_pages.post(_PATH)
@requires(Permission.TRANSLATE)
def keep_recording(slug: str, tag: str) -> ResponseReturnValue:
    """Keep a recording of one wording."""
    instance, key, file = the_instance(), request.form.get("key", ""), request.files.get("file")
    content = file.stream.read(LARGEST_CLIP + 1) if file else b""
    try:
        with instance.database.writing() as session:
            survey, actor, now = _survey(session, slug), the_account().email, instance.now()
            keep_clip(session, instance.settings.keys, survey, tag, key, content, actor=actor, now=now)
    except ClipRefused as refusal:
        return _page(slug, tag, fault=str(refusal)), 422
    return _back(slug, tag, key)


@staff_pages.post(f"{_PATH}/remove")
@requires(Permission.TRANSLATE)
def remove_recording(slug: str, tag: str) -> ResponseReturnValue:
    """Delete the recording of one wording."""
    instance, key = the_instance(), request.form.get("key", "")
    try:
        with instance.database.writing() as session:
            actor, now = the_account().email, instance.now()
            remove_clip(session, instance.settings.keys, slug, tag, key, actor=actor, now=now)
    except ClipRefused as refusal:
        return _page(slug, tag, fault=str(refusal)), 422
    return _back(slug, tag, key)


def _page(slug: str, tag: str, fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        survey = _survey(session, slug)
        addresses = clip_addresses(session, slug, survey.code, tag)
    language, source = survey.language(tag), survey.language(survey.default_language)
    if language is None or source is None:
        abort(404)
    style = _style(survey)
    return render_template(
        "staff/recordings.html",
        survey=survey,
        tag=tag,
        style=style,
        styles={known: STYLES[known] for known in survey.styles},
        heard=heard_in(survey, tag, style),
        words=language.wording,
        source=source.wording,
        addresses=addresses,
        own_name=own_name,
        language_name=language_name,
        fault=fault,
    )


def _survey(session: Session, slug: str) -> Questionnaire:
    survey = questionnaires.get(session, slug)
    if survey is None:
        abort(404)
    return survey


def _style(survey: Questionnaire) -> str:
    """Return the style asked for; easy read first, since it is heard most."""
    wanted = request.values.get("style", "easy_read")
    return wanted if wanted in survey.styles else survey.styles[0]


def _back(slug: str, tag: str, key: str) -> ResponseReturnValue:
    style = request.form.get("style") or None
    return redirect(url_for("staff.recordings", slug=slug, tag=tag, style=style, _anchor=key), 303)
