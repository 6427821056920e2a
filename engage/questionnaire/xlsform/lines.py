"""Says what stands in each row of the sheets that a questionnaire is written as."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engage.phrases import phrases_for
from engage.questionnaire.conditions import facts_in
from engage.questionnaire.model import AGE_BANDS, NOTICE, Option, Question, Questionnaire, QuestionType
from engage.questionnaire.xlsform.marks import listed
from engage.questionnaire.xlsform.names import distinct
from engage.questionnaire.xlsform.said_conditions import FACT_MARK, constraint_of, relevant_of
from engage.questionnaire.xlsform.tongues import heading_name

_AGE_BANDS_LIST = "age_band"
#: Type of question → the `type` of its row; with a list where the name of one follows.
_TYPES: Mapping[QuestionType, str] = {
    QuestionType.SINGLE_CHOICE: "select_one",
    QuestionType.SCALE: "select_one",
    QuestionType.AGE_BAND: "select_one",
    QuestionType.MULTIPLE_CHOICE: "select_multiple",
    QuestionType.COMMUNITY: "select_multiple",
    QuestionType.AREA_RELATION: "select_multiple",
    QuestionType.RANKING: "rank",
    QuestionType.NUMBER: "decimal",
    QuestionType.SHORT_TEXT: "text",
    QuestionType.LONG_TEXT: "text",
    QuestionType.AREA: "text",
    QuestionType.HOME_DISTRICT: "text",
    QuestionType.DATE: "date",
    QuestionType.DRAWING: "image",
    QuestionType.NOTE: "note",
}
_LOOKS = {QuestionType.LONG_TEXT: "multiline", QuestionType.DRAWING: "draw"}
#: Types that no XLSForm has: the column `engage_type` says them.
_OWN_TYPES = frozenset(
    {QuestionType.SCALE, QuestionType.COMMUNITY, QuestionType.AREA, QuestionType.HOME_DISTRICT}
    | {QuestionType.AREA_RELATION, QuestionType.AGE_BAND, QuestionType.DRAWING}
)
#: What a fact is for another tool, which does not know it.
_USUAL_FACTS = {"channel": "web", "style": "standard", "assisted": "none", "age_band": "pns", "area_relation": "live"}


@dataclass
class Line:
    """One row: column → text, and (column, variant, language) → words."""

    cells: dict[str, str] = field(default_factory=dict)
    words: dict[tuple[str, str, str], str] = field(default_factory=dict)


class Names:
    """The names of the lists of a form: a question's own, or a scale's, which are no question's."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._taken = {question.id for question in questionnaire.questions} | {_AGE_BANDS_LIST}
        self.scales = {name: self._new(f"scale_{name}") for name in questionnaire.scales}
        self.short_scales = {
            name: self._new(f"scale_{name}_short") for name, scale in questionnaire.scales.items() if scale.short
        }

    def of(self, question: Question) -> str:
        """Return the list that a question chooses from."""
        return self.scales[question.scale] if question.scale else question.options_from or question.id

    def _new(self, name: str) -> str:
        found = distinct(name, self._taken)
        self._taken.add(found)
        return found


def survey_lines(whole: Questionnaire, names: Names) -> Iterator[Line]:
    """Yield the rows of the sheet `survey`: first the facts that conditions ask for, then the questions."""
    told: set[str] = set()
    before: dict[str, set[str]] = {}
    needed: dict[str, None] = {}
    for question in whole.questions:
        before[question.id] = set(told)
        needed |= dict.fromkeys(fact for fact in facts_in(question.show_when) if fact not in told)
        if question.type in (QuestionType.AGE_BAND, QuestionType.AREA_RELATION):
            told.add(question.type.value)
    for fact in needed:
        usual = _USUAL_FACTS.get(fact, whole.default_language)
        yield Line({"type": "calculate", "name": FACT_MARK + fact, "calculation": f"'{usual}'"})
    for question in whole.questions:
        yield _question(question, whole, names, before[question.id])


def choice_lines(whole: Questionnaire, names: Names) -> Iterator[Line]:
    """Yield the rows of the sheet `choices`: the lists of scales, of questions, and the age bands."""
    for name, scale in whole.scales.items():
        for option in scale.options:
            yield _choice(names.scales[name], option, f"scale.{name}.", whole, scale.fold.get(option.code, ""))
        for option in scale.short:
            yield _choice(names.short_scales[name], option, f"scale.{name}.", whole, "")
    for question in whole.questions:
        for option in question.options:
            yield _choice(question.id, option, f"{question.id}.option.", whole, "")
        if question.type is QuestionType.AGE_BAND:
            yield from _age_bands(whole)


def plain_choice(line: Line) -> Line:
    """Return a choice without its words in other styles and routes: in `choices` other tools could not read them."""
    return Line(line.cells, {key: text for key, text in line.words.items() if not key[1]})


def varied_choice(line: Line) -> Line | None:
    """Return those words with the choice they are of, if it has any."""
    words = {key: text for key, text in line.words.items() if key[1]}
    cells = {key: line.cells[key] for key in ("list_name", "name")}
    return Line(cells, words) if words else None


def settings_lines(whole: Questionnaire) -> Iterator[Line]:
    """Yield the row of the sheet `settings`."""
    title = _words(whole, "survey.title", "title").get(("title", "", whole.default_language), "")
    yield Line(
        {
            "form_title": title,
            "form_id": whole.slug,
            "version": str(whole.version),
            "default_language": heading_name(whole.default_language),
        }
    )


def survey_sheet_lines(whole: Questionnaire) -> Iterator[Line]:
    """Yield the rows of the sheet that says what no XLSForm can say of a survey."""
    values = {
        "code": whole.code,
        "styles": listed(whole.styles),
        "areas": listed(whole.areas),
        "intro_pictures": listed(whole.intro_pictures),
        "consent_version": str(whole.consent.version),
        "consent_rule": whole.consent.rule,
        "consent_pictures": listed(whole.consent.pictures),
    }
    yield from (Line({"field": name, "value": value}) for name, value in values.items() if value)
    worded = {"title": "survey.title", "intro": "survey.intro", "privacy": NOTICE, "consent": "consent.statement"}
    for name, key in worded.items():
        words = _words(whole, key, "words")
        if name == "title":
            words.pop(("words", "", whole.default_language), None)
        if words:
            yield Line({"field": name}, words)


def language_lines(whole: Questionnaire) -> Iterator[Line]:
    """Yield the languages in their order."""
    yield from (Line({"tag": language.tag, "review": language.review}) for language in whole.languages)


def route_lines(whole: Questionnaire) -> Iterator[Line]:
    """Yield the routes in their order."""
    for route in whole.routes:
        yield Line({"route": route.id, "when": relevant_of(route.when) if route.when else ""})


def scale_lines(whole: Questionnaire, names: Names) -> Iterator[Line]:
    """Yield the scales and the lists that their options stand in."""
    for name, scale in whole.scales.items():
        yield Line(
            {
                "scale": name,
                "list": names.scales[name],
                "short_list": names.short_scales.get(name, ""),
                "short_for": listed(scale.short_for),
                "faces": _yes(scale.faces),
            }
        )


def group_lines(whole: Questionnaire) -> Iterator[Line]:
    """Yield the headings over groups of options."""
    bases = dict.fromkeys(key.partition("@")[0] for language in whole.languages for key in language.wording)
    for question in whole.questions:
        start = f"{question.id}.group."
        for base in bases:
            if base.startswith(start):
                cells = {"question": question.id, "group": base.removeprefix(start)}
                yield Line(cells, _words(whole, base, "label"))


def help_lines(whole: Questionnaire) -> Iterator[Line]:
    """Yield the help lines."""
    for line in whole.help_lines:
        cells = {
            "id": line.id,
            "number": line.number,
            "for": listed(line.routes),
            "areas": listed(line.areas),
            "checked_on": line.checked_on or "",
        }
        words = _words(whole, f"help.{line.id}.name", "label") | _words(whole, f"help.{line.id}.what", "what")
        yield Line(cells, words)


def _question(question: Question, whole: Questionnaire, names: Names, told: set[str]) -> Line:
    kind = _TYPES[question.type]
    exclusive = [option.code for option in question.options if option.exclusive]
    has_list = kind in ("select_one", "select_multiple", "rank")
    cells = {
        "type": f"{kind} {names.of(question)}" if has_list else kind,
        "name": question.id,
        "relevant": relevant_of(question.show_when, told) if question.show_when else "",
        "constraint": constraint_of(question, exclusive),
        "appearance": _LOOKS.get(question.type, ""),
        "engage_type": question.type.value if question.type in _OWN_TYPES else "",
        "engage_special": listed(question.special),
        "engage_routes": listed(question.routes),
        "engage_options_from": question.options_from or "",
        "engage_sensitive": _yes(question.sensitive),
        "engage_alone": _yes(question.alone),
        "engage_about_you": _yes(question.about_you),
        "engage_permits_quotes": _yes(question.permits_quotes),
        "engage_summary": question.summary or "",
        "engage_picture": question.picture or "",
    }
    parts = {"text": "label", "hint": "hint", "why": "engage_why", "note": "engage_note"}
    words: dict[tuple[str, str, str], str] = {}
    for part, column in parts.items():
        words |= _words(whole, f"{question.id}.{part}", column)
    return Line(cells, words)


def _choice(list_name: str, option: Option, prefix: str, whole: Questionnaire, fold: str) -> Line:
    cells = {
        "list_name": list_name,
        "name": option.code,
        "engage_exclusive": _yes(option.exclusive),
        "engage_picture": option.picture or "",
        "engage_group": option.group or "",
        "engage_routes": listed(option.routes),
        "engage_alone": _yes(option.alone),
        "engage_fold": fold,
    }
    return Line(cells, _words(whole, prefix + option.code, "label"))


def _age_bands(whole: Questionnaire) -> Iterator[Line]:
    """Yield the age bands, which engage words itself, so that other tools can ask for them."""
    for band in AGE_BANDS:
        words = {
            ("label", "", language.tag): phrases_for(language.tag).say(f"age_band.{band}")
            for language in whole.languages
        }
        yield Line({"list_name": _AGE_BANDS_LIST, "name": band}, words)


def _words(whole: Questionnaire, key: str, column: str) -> dict[tuple[str, str, str], str]:
    """Return the words under a key, and its variants, in all languages."""
    return {
        (column, variant, language.tag): language.wording[whole_key]
        for language in whole.languages
        for whole_key, variant in _variants(language.wording, key)
    }


def _variants(wording: Mapping[str, str], key: str) -> Iterator[tuple[str, str]]:
    for found in wording:
        base, _, variant = found.partition("@")
        if base == key:
            yield found, variant


def _yes(is_so: bool) -> str:  # noqa: FBT001 - written as it is
    return "yes" if is_so else ""
