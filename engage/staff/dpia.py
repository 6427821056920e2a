"""The record of a survey as an annex to a data protection impact assessment: every fact of it, dated and signed."""

from collections.abc import Iterator
from datetime import datetime

from flask import Response, abort
from flask.typing import ResponseReturnValue

from engage.collection.lawful_bases import ARTICLE_6, ARTICLE_9
from engage.collection.notices import notice_keys, notice_of
from engage.collection.receive import LONDON
from engage.collection.record_items import ITEMS, Ground, languages_of
from engage.collection.setting_up import SIGNED, Shown, checklist, filled_into_notice, ground_of
from engage.questionnaire.model import Question, QuestionType
from engage.questionnaire.wording import Words, fill
from engage.reporting.annex import Annex, AnnexSection, AnnexTable, annex_docx, annex_pdf
from engage.response.own_words import WORDED_TYPES
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.dpia_words import FLOWS, RISKS, SECURITY
from engage.staff.scope import require_survey
from engage.staff.words import language_name
from engage.storage import audit, questionnaires, waves

_MEDIA = {
    "pdf": (annex_pdf, "application/pdf"),
    "docx": (annex_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
_KINDS = {
    QuestionType.SINGLE_CHOICE: "one choice",
    QuestionType.MULTIPLE_CHOICE: "several choices",
    QuestionType.SCALE: "scale",
    QuestionType.NUMBER: "number",
    QuestionType.SHORT_TEXT: "own words, short",
    QuestionType.LONG_TEXT: "own words",
    QuestionType.DATE: "date",
    QuestionType.COMMUNITY: "communities, also in own words from 16 on",
    QuestionType.RANKING: "order of importance",
    QuestionType.DRAWING: "drawing, or words",
    QuestionType.AGE_BAND: "age band",
    QuestionType.AREA: "place told about",
    QuestionType.AREA_RELATION: "what the place is to the person",
    QuestionType.HOME_DISTRICT: "district lived in",
}
#: Types of question that tell of the person whatever the definition says.
_OF_THE_PERSON = frozenset({QuestionType.AGE_BAND, QuestionType.COMMUNITY, QuestionType.HOME_DISTRICT})


@staff_pages.get("/staff/set-up/<slug>/annex.<form>")
@requires(Permission.SET_UP)
def dpia_annex(slug: str, form: str) -> ResponseReturnValue:
    """Hand the annex out, as PDF or as a Word document."""
    require_survey(slug)
    if form not in _MEDIA:
        abort(404)
    instance = the_instance()
    now = instance.now()
    with instance.database.writing() as session:
        questionnaire = questionnaires.get(session, slug)
        if questionnaire is None:
            abort(404)
        ground = ground_of(session, questionnaire, now)
        filled = filled_into_notice(session, questionnaire)
        is_made_up = any(wave.synthetic for wave in waves.list_of(session, slug))
        audit.append(
            session,
            instance.settings.keys.audit,
            at=now,
            actor=the_account().email,
            action="record.exported",
            subject=slug,
            detail={"form": form},
        )
    made, media = _MEDIA[form]
    response = Response(made(annex_of(ground, filled, now, is_made_up=is_made_up)), mimetype=media)
    response.headers["Content-Disposition"] = f'attachment; filename="dpia-annex-{slug}-{now:%Y-%m-%d}.{form}"'
    return response


def annex_of(ground: Ground, filled: dict[str, str], now: datetime, *, is_made_up: bool) -> Annex:
    """Return the annex of a survey as it stands."""
    asked = ground.questionnaire
    title = Words(asked, asked.default_language, asked.routes[-1].id).find("survey.title")
    day = f"{now.astimezone(LONDON):%-d %B %Y}"
    missing = [item.title for item in checklist(ground) if item.gap]
    warnings = ["Demonstration: the answers of this survey are made up."] if is_made_up else []
    if missing:
        warnings.append(f"Not complete on this day. Missing: {', '.join(missing)}.")
    return Annex(
        title="Annex to the data protection impact assessment",
        subtitle=f"Survey {asked.slug} (“{title}”), version {asked.version}, as it stood on {day}.",
        at=now,
        sections=tuple(_sections(ground, filled)),
        warning=" ".join(warnings),
    )


def _sections(ground: Ground, filled: dict[str, str]) -> Iterator[AnnexSection]:
    yield AnnexSection("1. Purpose", (str(ground.signed("purpose").get("text") or "Not yet said."),))
    yield _law(ground)
    yield _questions(ground)
    yield AnnexSection(
        "4. How answers come in",
        (_languages(ground), f"Places: {ITEMS['areas'].judge(ground).said}."),
        table=AnnexTable(("Way", "What is kept", "What is not"), (1.1, 2.4, 2.4), FLOWS),
    )
    kept = ITEMS["retention"].judge(ground).said
    yield AnnexSection("5. How long it is kept", (f"{kept}. What is over goes by itself, wherever a part of it is.",))
    yield AnnexSection("6. What protects it", items=SECURITY)
    yield AnnexSection(
        "7. Risks, and what stops them",
        table=AnnexTable(("Risk", "What stops it", "Left for the organisation"), (1.5, 2.6, 1.6), RISKS),
    )
    yield _signatures(checklist(ground))
    for key, kind in notice_keys(ground.questionnaire).items():
        text = notice_of(ground.questionnaire).get(key, "")
        lines = [line for line in fill(text, filled).splitlines() if line.strip()]
        yield AnnexSection(f"Privacy notice: {kind}", lines or ["Not written yet."])


def _law(ground: Ground) -> AnnexSection:
    signed, controller = ground.signed("basis"), ground.signed("controller")
    first, second = ARTICLE_6.get(str(signed.get("article_6"))), ARTICLE_9.get(str(signed.get("article_9")))
    lines = [
        ("Controller", str(controller.get("organisation") or "Not yet named")),
        ("Data protection officer", str(controller.get("contact") or "Not yet named")),
        ("Lawful basis", f"{first.place}. {first.sentence}" if first else "Not yet chosen"),
        ("Special categories", f"{second.place}. {second.sentence}" if second else "Not yet chosen"),
    ]
    lines += [("Law or duty", str(signed["note"]))] if signed.get("note") else []
    lines += [
        (ITEMS[item].title, ITEMS[item].judge(ground).said or "Not yet said")
        for item in ("ethics", "consent", "people", "duty", "help_lines", "wave")
    ]
    return AnnexSection("2. Who, and on what basis", table=AnnexTable(("Item", "As signed"), (1, 3), lines))


def _questions(ground: Ground) -> AnnexSection:
    asked = ground.questionnaire
    words = Words(asked, asked.default_language, asked.routes[-1].id)
    lines = [
        (question.id, str(words.find(f"{question.id}.text", place="this place") or "–"), *_kind(question))
        for question in asked.questions
        if question.type is not QuestionType.NOTE
    ]
    about = (
        "Every question can be skipped. “About the person” is treated as special category data (UK GDPR article 9) "
        "unless it plainly is not; what people write in their own words may hold anything."
    )
    table = AnnexTable(("Code", "Question, as adults read it", "Answer", "Care"), (1.4, 2.6, 1.1, 1.5), lines)
    return AnnexSection("3. What is asked", (about,), table=table)


def _kind(question: Question) -> tuple[str, str]:
    marks = {
        "about the person": question.about_you or question.type in _OF_THE_PERSON,
        "sensitive": question.sensitive,
        "only when answering alone": question.alone,
        "read masked, by trained staff": question.type in WORDED_TYPES,
    }
    return _KINDS[question.type], ", ".join(mark for mark, holds in marks.items() if holds) or "–"


def _languages(ground: Ground) -> str:
    standing = languages_of(ground.questionnaire)
    drafted = [language_name(tag) for tag, review in standing.items() if review == "machine_drafted"]
    read = [language_name(tag) for tag in standing if language_name(tag) not in drafted]
    said = f"Offered in {', '.join(read)}"
    return (
        f"{said}; drafted by machine, and said to be so to the reader: {', '.join(drafted)}." if drafted else f"{said}."
    )


def _signatures(items: tuple[Shown, ...]) -> AnnexSection:
    lines = [
        (
            item.title,
            "missing" if item.gap else "done",
            item.signed_by or "–",
            f"{item.signed_at.astimezone(LONDON):%-d %B %Y, %H:%M}" if item.signed_at else "–",
        )
        for item in items
    ]
    said = f"Every signature before these is in the audit log ({SIGNED})."
    return AnnexSection(
        "8. Who signed what, and when",
        (said,),
        table=AnnexTable(("Item", "State", "By", "When"), (1.6, 1, 2, 1.6), lines),
    )
