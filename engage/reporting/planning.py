"""Works out from a questionnaire what its releases hold: the questions that go out, and whom they are shown by."""

from collections.abc import Iterable
from dataclasses import replace

from engage.questionnaire.model import AGE_BANDS, Question, Questionnaire, QuestionType
from engage.results.modes import MODE, MODES
from engage.results.plan import COMMUNITY, COMMUNITY_BY_AGE, FROM_25, UNDER_25, ReleasePlan
from engage.results.tabulation import TableQuestion, row_code

#: The breakdown by the language in which the questions were read.
LANGUAGE = "language"
#: A community in the person's own words; the words never leave.
OTHER_COMMUNITY = "other"
#: Age bands in tables. Whoever answered on the short list of text messages (25+) is not in them.
TABLE_AGE_BANDS = tuple(band for band in AGE_BANDS if band not in ("under-13", "pns"))

#: Words, numbers and dates never go out, nor the area told about, which stands in the rows.
_CLOSED = frozenset(
    {
        QuestionType.SINGLE_CHOICE,
        QuestionType.MULTIPLE_CHOICE,
        QuestionType.SCALE,
        QuestionType.COMMUNITY,
        QuestionType.RANKING,
        QuestionType.AREA_RELATION,
        QuestionType.AGE_BAND,
    }
)
#: A ranking has a table of what was ranked first, under its own id, and one of what was among the first three.
_TOP, _TOP_MARK = 3, ".top_three"


def release_plan(questionnaire: Questionnaire) -> ReleasePlan:
    """Return the plan of a survey's releases: questions about the person are demographics, and how they answered."""
    asked = {_breakdown_of(each): each.id for each in questionnaire.questions if is_about_the_person(each)}
    return ReleasePlan({**asked, LANGUAGE: LANGUAGE, MODE: MODE})


def is_about_the_person(question: Question) -> bool:
    """Say whether a question asks about the person rather than about the place."""
    if question.type in (QuestionType.AGE_BAND, QuestionType.COMMUNITY):
        return True
    return question.about_you and question.type in _CLOSED


def is_opinion(question: Question) -> bool:
    """Say whether a question asks what people think, rather than who they are or how they know the place."""
    return not is_about_the_person(question) and question.type is not QuestionType.AREA_RELATION


def table_questions(questionnaire: Questionnaire) -> tuple[TableQuestion, ...]:
    """Return the questions that go out, in the questionnaire's order, long answers folded where a short list is."""
    going_out = (each for each in questionnaire.questions if _goes_out(each))
    return tuple(table for each in going_out for table in _tables_of(questionnaire, each))


def coded_questions(questionnaire: Questionnaire) -> frozenset[str]:
    """Return the questions whose answers are codes and stand among the answers: all that is counted of a response."""
    return frozenset(each.id for each in questionnaire.questions if each.type in _CLOSED and each.takes_answer)


def ranked_of(table_id: str) -> tuple[str, bool]:
    """Return the question that a table is about, and whether it counts what was among the first three of a ranking."""
    return table_id.removesuffix(_TOP_MARK), table_id.endswith(_TOP_MARK)


def _goes_out(question: Question) -> bool:
    """Say whether a question has tables: one that asks whether words may be used says nothing of anybody's view."""
    return question.type in _CLOSED and not question.permits_quotes


def breakdown_rows(questionnaire: Questionnaire, breakdown: str) -> tuple[str, ...]:
    """Return the row codes of a breakdown, in the questionnaire's order."""
    if breakdown == LANGUAGE:
        return tuple(language.tag for language in questionnaire.languages)
    if breakdown == MODE:
        return MODES
    if breakdown == COMMUNITY_BY_AGE:
        ages = (UNDER_25, FROM_25)
        return tuple(row_code((code, age)) for code in breakdown_rows(questionnaire, COMMUNITY) for age in ages)
    question = breakdown_question(questionnaire, breakdown)
    return _table_question(questionnaire, question).columns if question else ()


def breakdown_question(questionnaire: Questionnaire, breakdown: str) -> Question | None:
    """Return the question a breakdown's rows are read from; none for language, mode and two at once."""
    return questionnaire.question(release_plan(questionnaire).demographics.get(breakdown, ""))


def _breakdown_of(question: Question) -> str:
    return COMMUNITY if question.type is QuestionType.COMMUNITY else question.id


def _tables_of(questionnaire: Questionnaire, question: Question) -> Iterable[TableQuestion]:
    table = _table_question(questionnaire, question)
    if question.type is not QuestionType.RANKING:
        return (table,)
    first = replace(table, top=1)
    most = question.max_choices or len(question.options)
    if len(question.options) <= _TOP or most < _TOP:
        return (first,)
    return (first, replace(table, id=question.id + _TOP_MARK, source=question.id, multiple=True, top=_TOP))


def _table_question(questionnaire: Questionnaire, question: Question) -> TableQuestion:
    scale = questionnaire.scale_of(question)
    fold = dict(scale.fold) if scale and scale.fold else None
    codes = tuple(dict.fromkeys(_option_codes(questionnaire, question)))
    return TableQuestion(question.id, codes, multiple=question.is_multiple, fold=fold)


def _option_codes(questionnaire: Questionnaire, question: Question) -> Iterable[str]:
    if question.type is QuestionType.AGE_BAND:
        return TABLE_AGE_BANDS
    if question.options_from:
        parent = questionnaire.question(question.options_from)
        return [option.code for option in parent.options if not option.exclusive] if parent else ()
    scale = questionnaire.scale_of(question)
    codes = [option.code for option in (scale.options if scale else question.options)]
    return [*codes, OTHER_COMMUNITY] if question.type is QuestionType.COMMUNITY else codes
