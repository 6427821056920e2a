"""What is told in public beside the results: what was done, and communities that have read theirs first."""

from datetime import date
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.whereabouts import Whereabouts
from engage.phrases import own_name
from engage.questionnaire.model import Questionnaire
from engage.reporting import community_readings
from engage.reporting.actions import ActionRefused, WrittenAction, published_answers, remove_action, write_action
from engage.reporting.community_readings import ReadingRefused
from engage.reporting.labels import Labels
from engage.reporting.planning import breakdown_rows
from engage.reporting.reading import Published, last_release, open_release
from engage.results.plan import COMMUNITY
from engage.staff.access import Permission, requires
from engage.staff.area_choices import area_groups
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import chosen_survey, reached_surveys, reaches
from engage.storage import actions, areas, public_questions
from engage.storage import community_readings as stored_readings
from engage.storage.actions import LONGEST_DONE, LONGEST_SAID, Action
from engage.storage.database import Session

#: What was done, by the name it has in the address.
_DONE = {
    "kept": "Kept.",
    "removed": "Taken away.",
    "noted": "Noted. Everybody may now read about this community.",
    "hidden": "Taken back. Nobody but staff can read about this community.",
}


@staff_pages.get("/staff/public/")
@requires(Permission.SPEAK_IN_PUBLIC)
def in_public() -> ResponseReturnValue:
    """Lead to everything that is told in public beside the results."""
    with the_instance().database.reading() as session:
        waiting = public_questions.count_waiting(session)
        codes = [survey.code for survey in reached_surveys(session)]
    return render_template("staff/in_public.html", waiting=waiting, codes=codes)


@staff_pages.get("/staff/public/actions")
@requires(Permission.SPEAK_IN_PUBLIC)
def list_actions() -> ResponseReturnValue:
    """List what was done, and offer to write more."""
    return _actions_page(None, {})


@staff_pages.get("/staff/public/actions/<uuid:action_id>")
@requires(Permission.SPEAK_IN_PUBLIC)
def action(action_id: UUID) -> ResponseReturnValue:
    """Show one action to change."""
    with the_instance().database.reading() as session:
        found = actions.get(session, action_id)
    if found is None:
        abort(404)
    return _actions_page(found, _values(found))


@staff_pages.post("/staff/public/actions")
@requires(Permission.SPEAK_IN_PUBLIC)
def keep_action() -> ResponseReturnValue:
    """Keep an action, new or changed."""
    instance = the_instance()
    action_id = _uuid(request.form.get("id", ""))
    try:
        with instance.database.writing() as session:
            keys, by, now = instance.settings.keys, the_account().email, instance.now()
            write_action(session, keys, _written(), by, now, action_id)
    except ActionRefused as refusal:
        with instance.database.reading() as session:
            found = actions.get(session, action_id) if action_id else None
        return _actions_page(found, request.form.to_dict(), fault=refusal), 422
    return redirect(url_for("staff.list_actions", survey=request.form.get("survey"), done="kept"), 303)


@staff_pages.post("/staff/public/actions/<uuid:action_id>/remove")
@requires(Permission.SPEAK_IN_PUBLIC)
def drop_action(action_id: UUID) -> ResponseReturnValue:
    """Take an action away."""
    instance = the_instance()
    with instance.database.writing() as session:
        if not remove_action(session, instance.settings.keys, action_id, the_account().email, instance.now()):
            abort(404)
    return redirect(url_for("staff.list_actions", done="removed"), 303)


@staff_pages.get("/staff/public/communities")
@requires(Permission.PUBLISH_RESULTS)
def communities() -> ResponseReturnValue:
    """List the communities of the last release, and which of them have read what it says of them."""
    return _communities_page()


@staff_pages.post("/staff/public/communities")
@requires(Permission.PUBLISH_RESULTS)
def note_community() -> ResponseReturnValue:
    """Note that people of a community have read theirs, or take that back."""
    instance, form = the_instance(), request.form
    survey, community = form.get("survey", ""), form.get("community", "")
    keys, by, now = instance.settings.keys, the_account().email, instance.now()
    is_hidden = form.get("act") == "take_back"
    try:
        with instance.database.writing() as session:
            published = _published(session, survey)
            if published is None:
                abort(404)
            if is_hidden:
                community_readings.take_reading_back(session, keys, published, community[:100], by, now)
            else:
                read_by = form.get("read_by", "").strip()
                community_readings.note_reading(session, keys, published, community, read_by, by, now)
    except ReadingRefused as refusal:
        return _communities_page(str(refusal)), 422
    return redirect(url_for("staff.communities", survey=survey, done="hidden" if is_hidden else "noted"), 303)


def _actions_page(found: Action | None, values: dict[str, str], fault: ActionRefused | None = None) -> str:
    with the_instance().database.reading() as session:
        surveys = reached_surveys(session)
        survey = chosen_survey(surveys, values.get("survey") or request.args.get("survey", ""))
        tree = areas.read_tree(session)
        labels = Labels(survey, tree) if survey else None
        return render_template(
            "staff/actions.html",
            surveys=surveys,
            survey=survey,
            found=found,
            values=values,
            fault=fault,
            done=_DONE.get(request.args.get("done", "")),
            listed=_reached_actions(session, survey.slug) if survey else [],
            groups=area_groups(tree, survey) if survey else [],
            communities=_labelled(survey, labels) if survey and labels else [],
            labels=labels,
            answers=list(published_answers(session, survey.slug)) if survey else [],
            own_name=own_name,
            today=the_instance().now().date(),
            longest_said=LONGEST_SAID,
            longest_done=LONGEST_DONE,
        )


def _reached_actions(session: Session, survey: str) -> list[Action]:
    found = actions.list_of(session, survey)
    return [one for one in found if reaches(session, [Whereabouts(survey, areas=(one.area,) if one.area else ())])]


def _communities_page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        surveys = reached_surveys(session)
        survey = chosen_survey(surveys, request.values.get("survey", ""))
        published = _published(session, survey.slug) if survey else None
        read = stored_readings.of_release(session, published.release.id) if published else {}
        labels = Labels(published.questionnaire, published.ground.tree) if published else None
    return render_template(
        "staff/communities.html",
        surveys=surveys,
        survey=survey,
        published=published,
        read=read,
        communities=_labelled(published.questionnaire, labels) if published and labels else [],
        fault=fault,
        done=_DONE.get(request.args.get("done", "")),
    )


def _labelled(questionnaire: Questionnaire, labels: Labels) -> list[tuple[str, str]]:
    return [(code, str(labels.row(COMMUNITY, code))) for code in breakdown_rows(questionnaire, COMMUNITY)]


def _published(session: Session, survey: str) -> Published | None:
    release = last_release(session, survey)
    return open_release(session, release) if release else None


def _written() -> WrittenAction:
    form = {name: words.strip() for name, words in request.form.items()}
    return WrittenAction(
        survey=form.get("survey", ""),
        said=form.get("said", ""),
        done=form.get("done", ""),
        owner=form.get("owner", ""),
        day=_day(form.get("day", "")),
        area=form.get("area") or None,
        community=form.get("community") or None,
        language=form.get("language", ""),
        figure=form.get("figure", ""),
        is_published="is_published" in form,
    )


def _values(action: Action) -> dict[str, str]:
    """Return an action as its form has it."""
    return {
        "survey": action.survey,
        "said": action.said,
        "done": action.done,
        "owner": action.owner,
        "day": action.day.isoformat(),
        "area": action.area or "",
        "community": action.community or "",
        "language": action.language,
        "figure": f"{action.question}:{action.option}" if action.question else "",
        **({"is_published": "1"} if action.is_published else {}),
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
