"""Waves of the past: a file is sent, its columns and values are mapped, looked at, and brought in as a job."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage import jobs
from engage.areas import AreaTree
from engage.collection.past_waves import FileFaulty, PastRefused, check_past_wave, import_past_wave
from engage.collection.past_waves.mapping import Mapped
from engage.jobs import JobRefused, Progress, making
from engage.questionnaire.model import Questionnaire
from engage.staff import past_drafts
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.past_drafts import DraftGone, PastDraft, TooLarge
from engage.staff.past_fields import columns_shown, mapped_columns, mapped_values, row_shown, values_shown
from engage.staff.scope import reached_surveys, require_survey, scope
from engage.storage import areas, questionnaires, waves
from engage.storage.instance import Instance

KIND = "past.import"
#: Problems that a page lists; the report of the import has all.
MOST_LISTED = 200


@staff_pages.get("/staff/past-waves")
@requires(Permission.BRING_IN_PAST)
def past_waves() -> ResponseReturnValue:
    """List the waves that were brought in, and take a file for another."""
    return _page()


@staff_pages.post("/staff/past-waves")
@requires(Permission.BRING_IN_PAST)
def take_past_file() -> ResponseReturnValue:
    """Take a file of answers in, sealed, and look it over."""
    request.max_content_length = past_drafts.LARGEST_FILE + 1_000_000
    current_app.extensions["csrf"].protect()  # only now, as it reads what was sent
    instance, file = the_instance(), request.files.get("file")
    with instance.database.reading() as session:
        questionnaire = questionnaires.get(session, request.form.get("survey", ""))
        tree = areas.read_tree(session)
    if questionnaire is None or file is None or not file.filename:
        return _page("Choose a survey and a file."), 422
    require_survey(questionnaire.slug)
    try:
        draft = past_drafts.begin(instance, questionnaire, tree, file.filename[:100], file.stream, the_account().email)
    except FileFaulty as fault:
        return _page(f"{file.filename[:100]}: {fault}."), 422
    except TooLarge:
        return _page(f"The file is larger than {past_drafts.LARGEST_FILE // 1_000_000} MB: part it."), 422
    return redirect(url_for("staff.map_columns", token=draft.id), 303)


@staff_pages.get("/staff/past-waves/<uuid:token>")
@requires(Permission.BRING_IN_PAST)
def map_columns(token: UUID) -> ResponseReturnValue:
    """Show every column with what it seems to tell."""
    draft, questionnaire = _draft(token)
    return _columns_page(draft, questionnaire)


@staff_pages.post("/staff/past-waves/<uuid:token>")
@requires(Permission.BRING_IN_PAST)
def keep_columns(token: UUID) -> ResponseReturnValue:
    """Keep what the columns tell and what holds for every row, and go on to the values."""
    _keep(token, mapped_columns)
    return redirect(url_for("staff.map_values", token=token), 303)


@staff_pages.get("/staff/past-waves/<uuid:token>/values")
@requires(Permission.BRING_IN_PAST)
def map_values(token: UUID) -> ResponseReturnValue:
    """Show every value of the mapped columns with the answer it seems to stand for."""
    draft, questionnaire = _draft(token)
    shown = values_shown(draft, questionnaire, _tree())
    return render_template("staff/past_values.html", draft=draft, columns=shown)


@staff_pages.post("/staff/past-waves/<uuid:token>/values")
@requires(Permission.BRING_IN_PAST)
def keep_values(token: UUID) -> ResponseReturnValue:
    """Keep which answer each value stands for, and go on to look at the rows."""
    _keep(token, mapped_values)
    return redirect(url_for("staff.preview_past_wave", token=token), 303)


@staff_pages.get("/staff/past-waves/<uuid:token>/preview")
@requires(Permission.BRING_IN_PAST)
def preview_past_wave(token: UUID) -> ResponseReturnValue:
    """Show the first rows as they would be stored, and everything that is wrong; nothing is stored yet."""
    draft, questionnaire = _draft(token)
    instance, fault, report, first = the_instance(), None, None, []
    try:
        with past_drafts.opened(instance, token) as path, instance.database.reading() as session:
            tree = areas.read_tree(session)
            report, found = check_past_wave(session, instance, path, draft.mapped, the_account().email)
            first = [row_shown(read, questionnaire, tree) for read in found]
    except (PastRefused, FileFaulty) as refusal:
        fault = f"{refusal}."
    except DraftGone:
        abort(404)
    return render_template(
        "staff/past_preview.html", draft=draft, report=report, first=first, fault=fault, most=MOST_LISTED
    )


@staff_pages.post("/staff/past-waves/<uuid:token>/preview")
@requires(Permission.BRING_IN_PAST)
def bring_in_past_wave(token: UUID) -> ResponseReturnValue:
    """Bring the file in, as a job."""
    draft, _ = _draft(token)
    parameters = {"token": str(token), "by": draft.by, "survey": draft.mapped.survey, "wave": draft.mapped.wave}
    job = jobs.ask(the_instance(), KIND, parameters, by=the_account().email)
    return redirect(url_for("staff.job", job_id=job), 303)


@staff_pages.get("/staff/past-waves/<uuid:token>/mapping.json")
@requires(Permission.BRING_IN_PAST)
def past_mapping(token: UUID) -> ResponseReturnValue:
    """Hand the mapping out, for the command line or for the next file of the same kind."""
    draft, _ = _draft(token)
    text = json.dumps(draft.mapped.to_document(), ensure_ascii=False, indent=1)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="mapping-{draft.mapped.wave or "wave"}.json"'
    return response


def past_job(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> str:
    """Bring a file in that was mapped, and return the name of its report in `files_of`. Raises JobRefused."""
    token = UUID(parameters["token"])
    name = f"{parameters['survey']}-{parameters['wave']}-rows-{token.hex[:8]}.csv"
    try:
        draft = past_drafts.find(instance, token, parameters["by"])
        with past_drafts.opened(instance, token) as path, making(instance, name) as file:
            lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
            report = import_past_wave(instance, path, draft.mapped, draft.by, lines, draft.seen.rows, progress)
            lines.detach()
    except (PastRefused, FileFaulty) as refusal:
        raise JobRefused(str(refusal)) from refusal
    except DraftGone as gone:
        raise JobRefused("the file is no longer here: it is kept for an hour; send it again") from gone
    total = report.counts.total()
    progress(total, total)
    past_drafts.forget(instance, token)
    return name


def _draft(token: UUID) -> tuple[PastDraft, Questionnaire]:
    """Return what this person sent, and the questionnaire it is mapped to; answers 404 where it is gone."""
    instance = the_instance()
    try:
        draft = past_drafts.find(instance, token, the_account().email)
    except DraftGone:
        abort(404)
    require_survey(draft.mapped.survey)
    with instance.database.reading() as session:
        questionnaire = questionnaires.get(session, draft.mapped.survey, draft.mapped.version)
    if questionnaire is None:
        abort(404)
    return draft, questionnaire


def _tree() -> AreaTree:
    with the_instance().database.reading() as session:
        return areas.read_tree(session)


def _keep(token: UUID, mapped: Callable[[PastDraft, Questionnaire, AreaTree, Mapping[str, str]], Mapped]) -> None:
    """Keep what the form says that was sent."""
    draft, questionnaire = _draft(token)
    now = mapped(draft, questionnaire, _tree(), request.form)
    past_drafts.keep(the_instance(), replace(draft, mapped=now))


def _columns_page(draft: PastDraft, questionnaire: Questionnaire) -> str:
    return render_template(
        "staff/past_columns.html",
        draft=draft,
        survey=questionnaire,
        **columns_shown(draft, questionnaire),
    )


def _page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        surveys = reached_surveys(session)
        known = [wave for wave in waves.imported(session) if scope().has_survey(wave.survey, wave.name)]
    return render_template("staff/past_waves.html", surveys=surveys, waves=known, fault=fault)
