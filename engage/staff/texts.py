"""The text simulator: what somebody would get back who texts the survey; nothing is stored or sent."""

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from engage.channels.sms.conversation import step
from engage.channels.sms.costs import USUAL_PART_PRICE, in_pence
from engage.channels.sms.exchange import SurveyMissing, context_of
from engage.channels.sms.providers.notify import is_lossy
from engage.channels.sms.segments import count_segments
from engage.channels.sms.state import ConversationState
from engage.phrases import own_name
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.scope import chosen_survey, reached_surveys
from engage.storage.database import Session

#: Texts of a conversation that are kept on the page.
MOST_TEXTS = 60
#: Characters of a text.
LONGEST_TEXT = 1600


@dataclass(frozen=True)
class Simulation:
    """A conversation on the page: where it stands, and every text with its reply."""

    state: dict[str, Any] | None
    texts: tuple[dict[str, Any], ...] = ()


@staff_pages.get("/staff/text")
@requires(Permission.SIMULATE_TEXTS)
def text_simulator() -> ResponseReturnValue:
    """Show an empty conversation."""
    return _page(request.args.get("survey"), Simulation(None))


@staff_pages.post("/staff/text")
@requires(Permission.SIMULATE_TEXTS)
def simulate_text() -> ResponseReturnValue:
    """Take one text in and show the reply."""
    survey, text = request.form.get("survey", ""), request.form.get("text", "")[:LONGEST_TEXT]
    simulation = _kept()
    with the_instance().database.reading() as session:
        try:
            after = _after(session, survey, simulation, text)
        except SurveyMissing:
            abort(404)
    return _page(survey, after)


def _after(session: Session, survey: str, simulation: Simulation, text: str) -> Simulation:
    """Return the conversation after one more text, as it goes in an open wave."""
    state = ConversationState.from_document(simulation.state) if simulation.state else None
    context = context_of(session, the_instance(), survey, state)
    taken = step(state, text, context)
    kept = taken.state
    language = kept.language if kept else context.first_language
    said = {"text": text, "reply": taken.reply, "language": language, **_cost(taken.reply)}
    if kept is not None and taken.submission_ready:
        kept = kept.emptied(kept.stage)
    return Simulation(kept.to_document() if kept else None, (*simulation.texts, said)[-MOST_TEXTS:])


def _cost(reply: str | None) -> dict[str, Any]:
    """Return what sending a reply takes, and whether Notify would garble it."""
    if not reply:
        return {"parts": 0, "price": "", "is_plain": True, "is_lossy": False}
    counted = count_segments(reply)
    price = in_pence(counted.parts * USUAL_PART_PRICE)
    return {
        "parts": counted.parts,
        "price": price,
        "is_plain": counted.encoding == "gsm7",
        "is_lossy": is_lossy(reply),
    }


def _page(survey: str | None, simulation: Simulation) -> str:
    with the_instance().database.reading() as session:
        surveys = reached_surveys(session)
    chosen = chosen_survey(surveys, survey)
    kept = _signer().dumps({"state": simulation.state, "texts": simulation.texts})
    return render_template(
        "staff/text.html",
        surveys=surveys,
        survey=chosen,
        texts=simulation.texts,
        kept=kept,
        own_name=own_name,
        longest=LONGEST_TEXT,
        parts=(parts := sum(said["parts"] for said in simulation.texts)),
        price=in_pence(parts * USUAL_PART_PRICE),
    )


def _kept() -> Simulation:
    """Return the conversation that the page carried along, which only this instance can have written."""
    try:
        document = _signer().loads(request.form.get("kept", ""))
    except BadSignature:
        abort(400)
    return Simulation(document["state"], tuple(document["texts"]))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(the_instance().settings.keys.cookies.current, salt="staff text simulator")
