"""The one rule of consent, over every age, rule, word of a parent or carer, and own answer."""

from itertools import product

import pytest

from engage.questionnaire.model import AGE_BANDS, CONSENT_RULES, SHORT_AGE_BANDS
from engage.response.consent import GUARDIAN_WORDS, Given, consent_problem
from engage.response.problems import PROBLEM_CODES

#: What decides for 13 to 15 and for who does not say their age: rule → what a parent or carer said → problem.
UNDER_16 = {
    "own": {None: None, "agreed": None, "opted_out": None},
    "school_opt_out": {None: None, "agreed": None, "opted_out": "guardian_opted_out"},
    "parent_opt_in": {None: "guardian_needed", "agreed": None, "opted_out": "guardian_opted_out"},
}
BANDS = (None, *dict.fromkeys((*AGE_BANDS, *SHORT_AGE_BANDS)))


def expected(rule: str, band: str | None, guardian: str | None, given: bool) -> str | None:
    """Return the problem that the table above and the law ask for."""
    if band == "under-13":
        return "too_young"
    if not given:
        return "consent_missing"
    return UNDER_16[rule][guardian] if band in (None, "13-15", "pns") else None


@pytest.mark.parametrize("rule", CONSENT_RULES)
def test_an_answer_is_kept_only_with_the_consent_it_needs(rule: str) -> None:
    for band, guardian, given in product(BANDS, (None, *GUARDIAN_WORDS), (True, False)):
        problem = consent_problem(rule, Given(1, given, band, guardian))
        assert problem == expected(rule, band, guardian, given), (band, guardian, given)
        assert problem is None or problem in PROBLEM_CODES


def test_the_table_knows_every_rule_and_every_word() -> None:
    assert set(UNDER_16) == set(CONSENT_RULES)
    assert all(set(said) == {None, *GUARDIAN_WORDS} for said in UNDER_16.values())


def test_consent_is_written_as_it_was_sent() -> None:
    assert Given(2, True, "13-15").to_document() == {"version": 2, "given": True, "age_band": "13-15"}
    assert Given(2, True, None, "agreed").to_document()["guardian"] == "agreed"
