"""Everything to look at in a working copy, each thing with the page and the field where it is put right."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask import url_for

from engage.channels.sms.costs import price_conversation, question_limit
from engage.collection.safeguarding import is_answerable
from engage.phrases import phrases_for
from engage.questionnaire.checks import Check, asks_own_words, find_checks
from engage.questionnaire.completeness import find_gaps
from engage.questionnaire.definition import read_unfinished
from engage.questionnaire.easy_read import find_hard_to_read
from engage.questionnaire.faults import Fault
from engage.questionnaire.model import Questionnaire
from engage.staff.blueprint import the_instance
from engage.staff.words import language_name
from engage.storage.database import Session
from engage.storage.working_copies import WorkingCopy

#: Group → its heading, in the order shown. The first keeps a copy from being published.
GROUPS = {
    "fault": "To put right before it can be published",
    "check": "Questions to look at again",
    "gap": "Words missing in other languages",
    "text": "By text message",
    "easy_read": "Easy read",
}
_QUESTION = re.compile(r"questions\[(\d+)\](?:\.([a-z_]+)(?:@(\w+))?)?(?:\[(\d+)\](?:\.([a-z]+))?)?")
_SCALE = re.compile(r"scales\.([a-z0-9_]+)")
_WORDING = re.compile(r"languages\.([A-Za-z-]+)\.wording\.(.+)")
_ROUTE = re.compile(r"routes\[(\d+)\]")
_WORDS_OF = ("text", "hint", "why", "note")
#: Revisions of working copies that a process keeps read through.
MOST_KEPT = 8
_kept: dict[tuple[UUID, int], tuple[Questionnaire, "tuple[Finding, ...]"]] = {}


@dataclass(frozen=True)
class Finding:
    """One thing to look at, in words, and the address where it is put right."""

    group: str
    place: str
    detail: str
    address: str
    question: str = ""


@dataclass(frozen=True)
class Looked:
    """A working copy read as far as it can be, with everything to look at."""

    copy: WorkingCopy
    whole: Questionnaire
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Say whether it could be published."""
        return not any(finding.group == "fault" for finding in self.findings)

    def about(self, question_id: str) -> tuple[Finding, ...]:
        """Return what there is to look at in one question."""
        return tuple(finding for finding in self.findings if finding.question == question_id)

    def in_groups(self) -> list[tuple[str, list[Finding]]]:
        """Return heading and findings of each group that has any."""
        groups = {name: [found for found in self.findings if found.group == name] for name in GROUPS}
        return [(GROUPS[name], found) for name, found in groups.items() if found]

    def faulty(self, question_id: str) -> bool:
        """Say whether a question cannot be read as it stands."""
        return any(finding.group == "fault" for finding in self.about(question_id))


def look_through(session: Session, copy: WorkingCopy) -> Looked:
    """Return a working copy with everything to look at; what it says itself is worked out once for each revision."""
    key = (copy.id, copy.revision)
    if key not in _kept:
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = _read_through(copy)
    whole, findings = _kept[key]
    own = asks_own_words(whole)
    if own and not is_answerable(session, whole):
        detail = "people may write what they want here: name who looks after it, on the page Duty, before it opens"
        findings = (*findings, _at_question(copy, whole, "check", own[0].id, "w:text", detail))
    return Looked(copy, whole, findings)


def _read_through(copy: WorkingCopy) -> tuple[Questionnaire, tuple[Finding, ...]]:
    whole, faults = read_unfinished(copy.document)
    findings = [_of_fault(copy, whole, fault) for fault in faults]
    findings += [_of_check(copy, whole, check) for check in find_checks(whole)]
    findings += _gaps(copy, whole)
    if not faults:
        findings += _by_text(copy, whole)
    findings += _easy_read(copy, whole)
    return whole, tuple(findings)


def _of_fault(copy: WorkingCopy, whole: Questionnaire, fault: Fault) -> Finding:
    if found := _QUESTION.match(fault.path):
        at, field = int(found[1]), _field(found)
        ids = [str(entry.get("id")) for entry in copy.document["questions"]]
        return _at_question(copy, whole, "fault", ids[at], field, fault.detail)
    if found := _SCALE.match(fault.path):
        return Finding("fault", f"Scale {found[1]}", fault.detail, _scale(copy, found[1]))
    if found := _WORDING.match(fault.path):
        place = f"{language_name(found[1])}, {found[2]}"
        return Finding("fault", place, fault.detail, _words_page(copy, found[1], found[2]))
    if found := _ROUTE.match(fault.path):
        return Finding("fault", "Routes", fault.detail, url_for("staff.author_routes", copy_id=copy.id))
    if fault.path.startswith("help_lines"):
        return Finding("fault", "Help lines", fault.detail, url_for("staff.author_help_lines", copy_id=copy.id))
    anchor = fault.path.partition(".")[0].partition("[")[0].partition("@")[0]
    address = url_for("staff.author_head", copy_id=copy.id, _anchor=anchor)
    return Finding("fault", "The survey", f"{fault.path}: {fault.detail}", address)


def _field(found: re.Match[str]) -> str:
    """Return the id of the field that a path within a question leads to."""
    name, variant, row = found[2] or "id", found[3], found[4]
    if name in _WORDS_OF:
        return f"w:{name}@{variant}" if variant else f"w:{name}"
    if name == "show_when":
        return "condition"
    return f"o{row}:{found[5] or 'label'}" if name == "options" and row else "more" if name == "options" else name


def _of_check(copy: WorkingCopy, whole: Questionnaire, check: Check) -> Finding:
    if check.field.startswith("scale:"):
        name = check.field.removeprefix("scale:")
        return Finding("check", f"Scale {name}", check.detail, _scale(copy, name))
    field = "w:note" if check.field == "note" else check.field
    return _at_question(copy, whole, "check", check.question, field, check.detail)


def _gaps(copy: WorkingCopy, whole: Questionnaire) -> Iterator[Finding]:
    counted = Counter((gap.language, gap.code) for gap in find_gaps(whole))
    for (tag, code), count in counted.items():
        words = "wording is" if count == 1 else "wordings are"
        detail = f"{count} {words} missing" if code == "wording_missing" else f"{count} with other words in brackets"
        address = url_for("staff.author_words", copy_id=copy.id, tag=tag, show="missing")
        yield Finding("gap", language_name(tag), detail, address)


def _by_text(copy: WorkingCopy, whole: Questionnaire) -> Iterator[Finding]:
    say, organiser = _say, the_instance().settings.organisation_short
    costs = tuple(price_conversation(whole, language.tag, say, organiser) for language in whole.languages)
    for found in question_limit(whole, costs):
        if found.question_id and whole.question(found.question_id):
            language = language_name(found.language or whole.default_language)
            detail = f"{language}: {found.count} parts, each is paid for"
            yield _at_question(copy, whole, "text", found.question_id, "w:text@sms", detail)
        elif not found.question_id:
            address = url_for("staff.author_copy", copy_id=copy.id, _anchor="questions")
            yield Finding("text", "The survey", str(found), address)


def _easy_read(copy: WorkingCopy, whole: Questionnaire) -> Iterator[Finding]:
    """Yield what is hard to read in the author's own words; a translation's is told where it is reviewed."""
    source = whole.language(whole.default_language)
    for found in find_hard_to_read(replace(whole, languages=(source,) if source else ())):
        detail = f"{found.key}: {found.detail}"
        if whole.question(found.question):
            yield _at_question(copy, whole, "easy_read", found.question, _field_of_key(whole, found.key), detail)
        else:
            yield Finding("easy_read", "The survey", detail, url_for("staff.author_head", copy_id=copy.id))


def _field_of_key(whole: Questionnaire, key: str) -> str:
    """Return the id of the field in which a wording of a question is written."""
    base, mark, variant = key.partition("@")
    first, _, rest = base.partition(".")
    question = whole.question(first)
    if rest.startswith("option.") and question:
        codes = [option.code for option in question.options]
        code = rest.removeprefix("option.")
        return f"o{codes.index(code)}:label{mark}{variant}" if code in codes else "options"
    return f"w:{rest}{mark}{variant}" if rest in _WORDS_OF else "picture"


def _at_question(
    copy: WorkingCopy, whole: Questionnaire, group: str, question_id: str, field: str, detail: str
) -> Finding:
    ids: Sequence[str] = [question.id for question in whole.questions]
    place = f"Question {ids.index(question_id) + 1}" if question_id in ids else question_id
    address = url_for("staff.author_question", copy_id=copy.id, question_id=question_id, _anchor=field)
    return Finding(group, place, detail, address, question_id)


def _scale(copy: WorkingCopy, name: str) -> str:
    return url_for("staff.author_scale", copy_id=copy.id, name=name)


def _words_page(copy: WorkingCopy, tag: str, key: str) -> str:
    return url_for("staff.author_words", copy_id=copy.id, tag=tag, q=key.partition("@")[0])


def _say(language: str, key: str, **placeholders: str) -> str:
    return phrases_for(language).say(key, **placeholders)
