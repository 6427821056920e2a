"""Problems with what somebody sent: a stable code, the question it is about, and a detail without the answer."""

from dataclasses import dataclass
from typing import Any

#: Every code, with what it means; `phrases` puts each into words, the OpenAPI document lists them.
PROBLEM_CODES = {
    "not_an_object": "the body is not a JSON object",
    "unknown_field": "a field that no submission has",
    "field_missing": "a field every submission needs",
    "field_malformed": "a field of the wrong kind",
    "unknown_survey": "no survey has this name",
    "unknown_version": "the survey has no such version",
    "unknown_wave": "the survey has no such wave",
    "wave_not_open": "the wave has not opened",
    "wave_closed": "the wave is closed; the answer is held for a person to look at",
    "tablet_revoked": "the tablet was reported lost; the answer is held for a person to look at",
    "conflict": "another body was sent before under the same id; both are kept",
    "unknown_language": "the survey has no such language",
    "unknown_style": "the survey has no such style",
    "channel_needs_token": "this channel takes answers only with a token",
    "unknown_area": "no area has this code, or it lies outside the survey",
    "unknown_serial": "no printed form has this serial",
    "consent_missing": "the person has not agreed",
    "too_young": "the survey is for people aged 13 and over",
    "guardian_needed": "under 16, a parent or carer needs to agree first",
    "guardian_opted_out": "a parent or carer asked that this person does not take part",
    "unknown_question": "the survey has no such question",
    "question_not_asked": "this respondent is not asked this question",
    "unknown_option": "not one of the answers offered",
    "too_many_choices": "more ticks than the question allows",
    "exclusive_option": "an answer that stands alone was ticked with others",
    "repeated_option": "the same answer twice",
    "not_a_list": "expected a list of answers",
    "not_a_number": "expected a number",
    "not_text": "expected words",
    "not_a_date": "expected a date such as 2026-11-21",
    "not_a_drawing": "expected a drawing as lines of whole numbers, or words instead",
    "out_of_range": "outside the limits of the question",
    "too_long": "longer than the question allows",
    "write_in_not_offered": "own words are not taken here",
}
#: Characters of a name somebody sent that a problem repeats.
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a submission; `detail` never holds what was answered."""

    code: str
    question: str | None = None
    detail: str | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the problem as the API gives it."""
        return {
            "code": self.code,
            "question": self.question,
            "detail": self.detail or PROBLEM_CODES[self.code],
        }


def printable(name: str) -> str:
    """Return a name somebody sent so that it can stand in a reply, a log or a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in name[:_LONGEST_NAME])
