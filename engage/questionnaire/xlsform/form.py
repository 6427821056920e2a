"""Holds one form on its way into a definition document: its questions, lists, languages and words."""

from collections.abc import Collection, Mapping
from typing import Any

from engage.questionnaire.definition import FORMAT, QUESTION_WORDS
from engage.questionnaire.model import NOTICE
from engage.questionnaire.xlsform.cells import Sheet
from engage.questionnaire.xlsform.columns import Table, read_table
from engage.questionnaire.xlsform.drafts import SURVEY_COLUMNS, SURVEY_WORDS, Lists
from engage.questionnaire.xlsform.envelope import add_envelope
from engage.questionnaire.xlsform.extras import read_extras, read_tables, scale_documents
from engage.questionnaire.xlsform.findings import Findings
from engage.questionnaire.xlsform.lists import CHOICE_COLUMNS, CHOICE_WORDS, add_variants, read_lists
from engage.questionnaire.xlsform.names import public_code_from
from engage.questionnaire.xlsform.rows import walk_rows
from engage.questionnaire.xlsform.settings import default_language, read_settings, slug_of, title_of, version_of
from engage.questionnaire.xlsform.wordings import Said, Wordings

#: The code of the fault that no question is left to ask.
NOTHING_LEFT = "no_questions"
_ENVELOPE = (
    "the consent, age, area and home district questions and the help lines of the library survey were added: "
    "change them to fit"
)


class Form:
    """A form: what its sheets say, and the questions that are left of it."""

    def __init__(self, sheets: Mapping[str, Sheet], name: str, findings: Findings, *, leave_out: bool) -> None:
        self.findings = findings
        self.survey = read_table(sheets["survey"], SURVEY_COLUMNS, SURVEY_WORDS, findings)
        choices = sheets.get("choices")
        self.choices = read_table(choices, CHOICE_COLUMNS, CHOICE_WORDS, findings) if choices else None
        settings = read_settings(sheets, findings)
        self.language = default_language(settings, self.survey, self.choices, findings)
        self.slug, self.version = slug_of(settings, name, findings), version_of(settings, findings)
        _check_twins((self.survey, self.choices), self.language, findings)
        self.wordings = Wordings(self.language)
        self.wordings.put("survey.title", [title_of(settings, name)])
        tables = read_tables(sheets, findings)
        self.extras = read_extras(tables, self.wordings, findings)
        lists = read_lists(self.choices, self.language, findings)
        add_variants(tables.get("engage_choices"), lists, findings)
        self.scales = scale_documents(self.extras, lists, self.wordings, findings)
        known = Lists(lists, self.extras.scales)
        self.drafts = walk_rows(self.survey, known, self.language, findings, leave_out=leave_out)
        self.added = 0
        self._check_groups(leave_out=leave_out)
        if not self.drafts and not findings.faults:
            findings.fault(f"{self.survey.sheet.name}!A1", NOTHING_LEFT, "there is no question to ask")
        if not self.extras.is_ours:
            findings.warn(f"{self.survey.sheet.name}!A1", "envelope", _ENVELOPE)

    def document(self) -> dict[str, Any]:
        """Return the document of the questions that are left, and count those that were added before them."""
        wordings = self._wordings()
        fields = self.extras.fields
        document: dict[str, Any] = {
            "format": FORMAT,
            "slug": self.slug,
            "code": public_code_from(self.slug),
            "version": self.version,
            "default_language": self.language,
            "styles": _styles(wordings),
            "scales": {name: dict(scale) for name, scale in self._scales().items()},
            "questions": [dict(draft.question) for draft in self.drafts],
        } | {key: value for key, value in fields.items() if key != "languages"}
        document["consent"] = dict(document.get("consent", {}))
        if not self.extras.is_ours:
            routes = [route["id"] for route in fields.get("routes", ())]
            add_envelope(document, wordings, {*document["styles"], *routes})
            self.added = len(document["questions"]) - len(self.drafts)
        put_own_words(document, wordings)
        document["languages"] = {
            tag: said | ({} if tag == self.language else {"wording": self._words_in(tag, wordings)})
            for tag, said in self._languages().items()
        }
        return document

    def leave_out(self, numbers: Collection[int]) -> bool:
        """Take out questions by their place in the document; say whether any went and any is left."""
        left = [draft for number, draft in enumerate(self.drafts, start=self.added) if number not in numbers]
        is_less = len(left) < len(self.drafts)
        self.drafts = left
        return is_less and bool(left)

    def _check_groups(self, *, leave_out: bool) -> None:
        """Note a heading over options of a question that is not there; it goes with one that is left out."""
        ids = {draft.question["id"] for draft in self.drafts}
        table = self.extras.tables.get("engage_groups")
        for row in table.rows() if table and not leave_out else ():
            if row.text("question") not in ids:
                self.findings.fault(row.place("question"), "unknown_question", "there is no such question")

    def _wordings(self) -> Wordings:
        """Return the words of the survey and of the questions that are left."""
        ids = {draft.question["id"] for draft in self.drafts}
        wordings = self.wordings.without(lambda key: ".group." in key and key.partition(".")[0] not in ids)
        for draft in self.drafts:
            for part, said in draft.words.items():
                wordings.put(f"{draft.question['id']}.{part}", said)
            for option in draft.scale["options"] if draft.scale else ():
                said = [Said(option["code"], tag, "", draft.row.place("parameters")) for tag in self._languages()]
                wordings.put(f"scale.{draft.question['scale']}.{option['code']}", said)
        return wordings

    def _scales(self) -> dict[str, Any]:
        return self.scales | {draft.question["scale"]: draft.scale for draft in self.drafts if draft.scale}

    def _languages(self) -> dict[str, dict[str, Any]]:
        """Return the languages in the order of our sheet, or of the columns after the form's own."""
        listed: dict[str, dict[str, Any]] = dict(self.extras.fields.get("languages", {}))
        tables = [self.survey, *([self.choices] if self.choices else []), *self.extras.tables.values()]
        found = [tag for table in tables for tag in table.languages()]
        return listed | {tag: {} for tag in [self.language, *found] if tag not in listed}

    def _words_in(self, tag: str, wordings: Wordings) -> dict[str, str]:
        """Return the words of another language; those that the form's own language lacks are told and dropped."""
        known = {key.partition("@")[0] for key in wordings.by_language.get(self.language, {})}
        words = wordings.by_language.get(tag, {})
        for key in words:
            if key.partition("@")[0] not in known:
                told = "words that the form's own language does not have are not taken over"
                self.findings.warn(wordings.places[tag, key], "words_alone", told)
        return {key: text for key, text in sorted(words.items()) if key.partition("@")[0] in known}


def put_own_words(document: dict[str, Any], wordings: Wordings) -> None:
    """Put the words of the form's own language where a definition has them."""
    fields = wordings.fields
    document |= fields("title", "survey.title") | fields("intro", "survey.intro") | fields("privacy", NOTICE)
    document["consent"] |= fields("statement", "consent.statement")
    for name, scale in document["scales"].items():
        for part in ("options", "short"):
            if part in scale:
                scale[part] = _labelled(scale[part], f"scale.{name}.", wordings)
    headings = wordings.headings()
    for question in document["questions"]:
        _put_question_words(question, wordings)
        if groups := headings.get(question["id"]):
            question["groups"] = groups
    for line in document.get("help_lines", ()):
        line.update(fields("name", f"help.{line['id']}.name") | fields("what", f"help.{line['id']}.what"))


def _put_question_words(question: dict[str, Any], wordings: Wordings) -> None:
    name = question["id"]
    for part in QUESTION_WORDS:
        question.update(wordings.fields(part, f"{name}.{part}"))
    if "options" in question:
        question["options"] = _labelled(question["options"], f"{name}.option.", wordings)


def _labelled(options: list[dict[str, Any]], prefix: str, wordings: Wordings) -> list[dict[str, Any]]:
    return [option | wordings.fields("label", prefix + option["code"]) for option in options]


def _styles(wordings: Wordings) -> list[str]:
    used = {key.partition("@")[2] for key in wordings.by_language.get(wordings.default, {})}
    return ["standard", *(["easy_read"] if "easy_read" in used else []), "large_print"]


def _check_twins(tables: Collection[Table | None], language: str, findings: Findings) -> None:
    """Note two columns for the form's own language, one with its name and one without, as they say the same."""
    for table in filter(None, tables):
        worded = [column for column in table.columns if column.key in table.worded_keys]
        plain = {(column.key, column.variant): column.cell for column in worded if not column.language}
        for column in worded:
            if column.language == language and (twin := plain.get((column.key, column.variant))):
                told = f"the words of the form's own language ({language}) stand already in {twin.place}"
                findings.fault(column.cell.place, "duplicate_column", told)
