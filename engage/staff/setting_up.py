"""The first hour: from an empty instance to an open survey, item by item, in the browser alone."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import accounts, surveys
from engage.collection.accounts import AccountRefused
from engage.collection.languages import ChangeRefused
from engage.collection.record_items import ITEMS, Ground
from engage.collection.safeguarding import NobodyAnswers
from engage.collection.setting_up import checklist, gaps_in, ground_of, sign
from engage.collection.surveys import WaveStateRefused
from engage.questionnaire.faults import DefinitionFaulty
from engage.questionnaire.files import LARGEST_FILE, read_definition
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.staff.access import Permission, may, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reached_surveys, require_survey
from engage.staff.set_up_fields import Form, ItemRefused, Saving
from engage.staff.set_up_papers import PAPERS
from engage.staff.set_up_work import WORK
from engage.staff.words import STATES
from engage.storage import questionnaires, waves
from engage.storage.database import Session

#: How each item is filled in, in the order of the checklist.
FORMS: Mapping[str, Form] = MappingProxyType({item: {**PAPERS, **WORK}[item] for item in ITEMS})
#: Faults of an uploaded definition that a page names.
MOST_NAMED = 20


@staff_pages.get("/staff/set-up")
@requires(Permission.SET_UP)
def set_up() -> ResponseReturnValue:
    """List the surveys with what is missing of each, and the ways to bring one in."""
    return _choosing()


@staff_pages.post("/staff/set-up")
@requires(Permission.SET_UP)
def bring_in_survey() -> ResponseReturnValue:
    """Bring a survey in: one of the library, or an uploaded definition."""
    try:
        questionnaire = _chosen_definition()
        instance = the_instance()
        with instance.database.writing() as session:
            keys, now, actor = instance.settings.keys, instance.now(), the_account().email
            surveys.import_questionnaire(session, keys, questionnaire, actor=actor, now=now)
    except DefinitionFaulty as faulty:
        return _choosing([str(fault) for fault in faulty.faults[:MOST_NAMED]]), 422
    return redirect(url_for("staff.set_up_survey", slug=questionnaire.slug), 303)


@staff_pages.get("/staff/set-up/<slug>")
@requires(Permission.SET_UP)
def set_up_survey(slug: str) -> ResponseReturnValue:
    """Show what is done and what is missing before a survey may open."""
    return _checklist(slug)


@staff_pages.post("/staff/set-up/<slug>")
@requires(Permission.SET_UP)
def open_survey(slug: str) -> ResponseReturnValue:
    """Open the wave that the record names, or start its pilot; a survey with gaps does not open."""
    state, instance = request.form.get("state", ""), the_instance()
    if state not in surveys.TAKING_STARTS:
        abort(400)
    try:
        with instance.database.writing() as session:
            ground = _ground(session, slug)
            _require_ready(ground, state)
            name = str(ground.signed("wave").get("name") or "") or None
            keys, actor, now = instance.settings.keys, the_account().email, instance.now()
            surveys.change_wave(session, keys, slug, name, state, actor=actor, now=now)
    except NobodyAnswers as refusal:
        return _checklist(slug, str(refusal), lacks_duty=True), 422
    except WaveStateRefused as refusal:
        return _checklist(slug, str(refusal)), 422
    return redirect(url_for("staff.set_up_survey", slug=slug, done=state), 303)


@staff_pages.get("/staff/set-up/<slug>/<item>")
@requires(Permission.SET_UP)
def set_up_item(slug: str, item: str) -> ResponseReturnValue:
    """Show the fields of one item."""
    return _item_page(slug, item)


@staff_pages.post("/staff/set-up/<slug>/<item>")
@requires(Permission.SET_UP)
def sign_item(slug: str, item: str) -> ResponseReturnValue:
    """Keep what was filled in, under the name of whoever signed, and go on; an item that is not done is shown again."""
    if item not in FORMS or (item == "people" and not may(the_account(), Permission.MANAGE_STAFF)):
        abort(404)
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            keys, now, actor = instance.settings.keys, instance.now(), the_account().email
            saving = Saving(session, keys, _ground(session, slug), request.form.to_dict(flat=False), actor, now)
            document = FORMS[item].save(saving)
            sign(session, keys, slug, item, document, actor=actor, now=now)
            token = None
            if item == "people":
                token = accounts.invite(session, keys, document["invited"], "coordinator", None, now, actor)
            ground = _ground(session, slug)
            onward = item if ITEMS[item].judge(ground).gap else _next_gap(ground, item)
    except (ItemRefused, AccountRefused, ChangeRefused) as refusal:
        return _item_page(slug, item, fault=str(refusal)), 422
    if token:
        return _item_page(slug, item, link=f"{instance.settings.public_url}/staff/in/{token}", onward=onward)
    if onward:
        return redirect(url_for("staff.set_up_item", slug=slug, item=onward, after=item), 303)
    return redirect(url_for("staff.set_up_survey", slug=slug), 303)


def _chosen_definition() -> Questionnaire:
    """Return the definition that was chosen or uploaded. Raises DefinitionFaulty."""
    name = request.form.get("library", "")
    if name in LIBRARY_SURVEYS:
        return read_library_survey(name)
    file = request.files.get("file")
    text = file.stream.read(LARGEST_FILE + 1) if file else b""
    return read_definition(text.decode("utf-8", errors="replace"))


def _choosing(faults: list[str] | None = None) -> str:
    with the_instance().database.reading() as session:
        now, surveys = the_instance().now(), reached_surveys(session)
        known = [(survey, len(gaps_in(ground_of(session, survey, now)))) for survey in surveys]
        listed = {survey.slug: list(reversed(waves.list_of(session, survey.slug))) for survey, _ in known}
    have = {survey.slug for survey, _ in known}
    library = [name for name in LIBRARY_SURVEYS if name not in have]
    return render_template(
        "staff/set_up.html", surveys=known, waves=listed, library=library, states=STATES, faults=faults
    )


def _require_ready(ground: Ground, state: str) -> None:
    """Refuse what the list says is not done, in few words. Raises WaveStateRefused, NobodyAnswers for a pilot."""
    if state == "open" and (count := len(gaps_in(ground))):
        items = "item is missing, marked" if count == 1 else "items are missing, each marked"
        raise WaveStateRefused(f"It does not open yet: {count} {items} in the list.")
    gap = ITEMS["duty"].judge(ground).gap
    if state == "pilot" and gap:
        raise NobodyAnswers(f"The pilot cannot start yet, for people may write that they are in danger: {gap}.")


def _checklist(slug: str, fault: str | None = None, *, lacks_duty: bool = False) -> str:
    with the_instance().database.reading() as session:
        ground = _ground(session, slug)
        known = list(reversed(waves.list_of(session, slug)))
    items = checklist(ground)
    named = next((wave for wave in known if wave.name == ground.signed("wave").get("name")), None)
    return render_template(
        "staff/set_up_survey.html",
        survey=ground.questionnaire,
        items=items,
        missing=[item for item in items if item.gap],
        wave=named,
        states=STATES,
        fault=fault,
        lacks_duty=lacks_duty,
        done=request.args.get("done"),
    )


def _item_page(
    slug: str, item: str, *, fault: str | None = None, link: str | None = None, onward: str | None = None
) -> str:
    if item not in FORMS:
        abort(404)
    with the_instance().database.reading() as session:
        ground = _ground(session, slug)
        fields = FORMS[item].fields(ground, session)
    shown = {each.id: each for each in checklist(ground)}
    return render_template(
        "staff/set_up_item.html",
        survey=ground.questionnaire,
        item=shown[item],
        form=FORMS[item],
        fields=fields,
        sent=request.form if fault else None,
        fault=fault,
        link=link,
        onward=onward or _next_gap(ground, item),
        after=shown.get(request.args.get("after", "")),
        has_mail=the_instance().settings.smtp_url is not None,
        place=f"{list(ITEMS).index(item) + 1} of {len(ITEMS)}",
        is_allowed=item != "people" or may(the_account(), Permission.MANAGE_STAFF),
    )


def _ground(session: Session, slug: str) -> Ground:
    """Return how far a survey is, in the version its present wave is on; answers 404 where there is none."""
    require_survey(slug)
    now, current = the_instance().now(), waves.current(session, slug)
    version = current.version if current is not None and current.state in ("pilot", "open", "collecting") else None
    questionnaire = questionnaires.get(session, slug, version)
    if questionnaire is None:
        abort(404)
    return ground_of(session, questionnaire, now)


def _next_gap(ground: Ground, after: str) -> str | None:
    """Return the item that is missing next, beginning behind one."""
    missing, order = {gap.item for gap in gaps_in(ground)}, list(ITEMS)
    at = order.index(after) + 1
    return next((item for item in (*order[at:], *order[:at]) if item in missing), None)
