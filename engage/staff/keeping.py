"""How long answers are kept, as staff see and decide it, and the record of what was erased."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.retention import RuleRefused, set_rule, when_over
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reached_surveys, scope
from engage.staff.words import STATES
from engage.storage import erasures, retention_rules
from engage.storage.retention_rules import LONGEST, RetentionRule

#: Records on the page.
SHOWN = 30
_SPANS = ("answers", "words", "drawings")
#: What goes when its time is over, at the beginning of a sentence.
PARTS = {"answers": "Answers", "words": "Own words", "drawings": "Drawings"}
REASONS = {
    "withdrawn": "taken back by the person",
    "review": "decided in the review",
    "answers_over": "the time to keep answers was over",
    "words_over": "the time to keep own words was over",
    "drawings_over": "the time to keep drawings was over",
    "restored": "erased before, and a backup had brought it back",
}


@staff_pages.get("/staff/keeping")
@requires(Permission.OPEN_WAVES, Permission.READ_AUDIT)
def keeping() -> ResponseReturnValue:
    """Show until when every wave is kept, and what was erased last."""
    return _page()


@staff_pages.post("/staff/keeping/<slug>")
@requires(Permission.OPEN_WAVES)
def decide_keeping(slug: str) -> ResponseReturnValue:
    """Decide how long a survey keeps what was answered."""
    instance = the_instance()
    try:
        rule = RetentionRule(slug, *(_days(request.form.get(name, "")) for name in _SPANS))
        with instance.database.writing() as session:
            set_rule(session, instance.settings.keys, rule, actor=the_account().email, now=instance.now())
    except (RuleRefused, ValueError) as fault:
        return _page(f"Not changed: {fault}."), 422
    return redirect(url_for("staff.keeping", done=slug), 303)


def _page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        surveys = [
            (slug, retention_rules.of_survey(session, slug), when_over(session, slug))
            for slug in sorted(questionnaire.slug for questionnaire in reached_surveys(session))
        ]
        limits = scope()
        newest = erasures.newest(session, SHOWN)
        erased = [one for one in newest if one.survey is None or limits.has_survey(one.survey, one.wave)]
    return render_template(
        "staff/keeping.html",
        surveys=surveys,
        erased=erased,
        reasons=REASONS,
        states=STATES,
        longest=LONGEST,
        fault=fault,
        done=request.args.get("done"),
    )


def _days(text: str) -> int | None:
    """Return a number of days, None for an empty field. Raises ValueError for anything else."""
    if text.strip() and not text.strip().isdecimal():
        raise ValueError(f"days are a number from 0 to {LONGEST}, or empty")
    return int(text) if text.strip() else None
