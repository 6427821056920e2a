"""What is written as an XLSForm reads back as the same questionnaire, word for word in every language."""

import json

from hypothesis import HealthCheck, given, settings

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.document import questions_hash, to_document
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.xlsform import read_xlsform, write_xlsform
from questionnaire.tiny import Document, every_field
from questionnaire.workbooks import definitions


def check_round_trip(questionnaire: Questionnaire) -> None:
    """Check that a questionnaire comes back from a workbook as it went in, with nothing to say about it."""
    read = read_xlsform(write_xlsform(questionnaire), "form.xlsx")
    found = parse_definition(json.loads(json.dumps(read.document)))
    assert to_document(found) == to_document(questionnaire)
    assert found == questionnaire and questions_hash(found) == questions_hash(questionnaire)
    assert not read.left_out


def test_every_field_of_a_definition_survives_the_way_out_and_in() -> None:
    check_round_trip(parse_definition(every_field()))


def test_the_library_survey_survives_the_way_out_and_in_in_every_language() -> None:
    for slug in LIBRARY_SURVEYS:
        check_round_trip(read_library_survey(slug))


@given(definitions())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_questionnaire_survives_the_way_out_and_in(document: Document) -> None:
    check_round_trip(parse_definition(document))
