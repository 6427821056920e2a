"""What a translation still lacks is listed, of the survey and of the interface it needs."""

import pytest

from engage.questionnaire.completeness import Finding, find_gaps, find_gaps_in
from questionnaire.tiny import a_question, a_questionnaire


def gaps(wording: dict[str, str], **question: str) -> list[Finding]:
    """Return what is found about a Somali translation of one question."""
    questionnaire = a_questionnaire(
        a_question("q", "short_text", **question), languages={"en": {}, "so": {"wording": wording}}, scales={}
    )
    return [finding for finding in find_gaps(questionnaire) if finding.key.startswith("q.")]


def test_a_missing_wording_is_found() -> None:
    (finding,) = gaps({})
    assert finding == Finding("so", "q.text", "wording_missing", "read in the default language")
    assert str(finding) == "languages.so.wording.q.text: read in the default language (wording_missing)"


def test_a_missing_variant_is_found_and_said_to_be_read_in_the_plain_wording() -> None:
    (finding,) = gaps({"q.text": "a"}, **{"text@young": "y?"})
    assert finding == Finding("so", "q.text@young", "wording_missing", "the plain wording is read")


def test_a_whole_translation_has_no_gaps() -> None:
    assert gaps({"q.text": "Waa sidee {place}?"}, text="How is {place}?") == []


def test_a_lost_or_invented_placeholder_is_found() -> None:
    assert [finding.code for finding in gaps({"q.text": "a"}, text="How is {place}?")] == ["placeholder_differs"]
    assert [finding.code for finding in gaps({"q.text": "{place}"}, text="How?")] == ["placeholder_differs"]


def test_a_variant_only_the_translation_has_is_held_against_the_plain_wording() -> None:
    (finding,) = gaps({"q.text": "{place}?", "q.text@sms": "Waa sidee?"}, text="How is {place}?")
    assert (finding.key, finding.code) == ("q.text@sms", "placeholder_differs")


def test_the_source_language_has_no_gaps() -> None:
    assert find_gaps(a_questionnaire(a_question("q"))) == []


def whole(tag: str = "so", **faults: str) -> list[tuple[str, str, str]]:
    """Return what keeps a language from being whole, whose interface has these faults."""
    questionnaire = a_questionnaire(
        a_question("q", "short_text"),
        title="Here",
        consent={"statement": "Yours."},
        languages={
            "en": {},
            "so": {"wording": {"q.text": "Maxay?", "survey.title": "Halkan", "consent.statement": "Adiga."}},
            "rom": {},
        },
        scales={},
        styles=["standard"],
    )
    found = find_gaps_in(questionnaire, tag, faults)
    return [(finding.part, finding.key, finding.code) for finding in found]


def test_a_language_is_whole_with_every_word_of_the_survey_and_of_the_interface() -> None:
    assert whole() == []


@pytest.mark.parametrize("code", ["wording_missing", "placeholder_differs", "plural_form_missing"])
def test_a_word_of_the_interface_that_is_missing_or_wrong_keeps_a_language_from_being_whole(code: str) -> None:
    assert whole(next=code) == [("interface", "next", code)]


def test_words_of_a_style_that_the_survey_does_not_offer_are_not_needed() -> None:
    assert whole(**{"next@easy_read": "wording_missing"}) == []


def test_every_word_is_named_where_there_is_none() -> None:
    assert whole("rom") == [
        ("survey", key, "wording_missing") for key in ("survey.title", "consent.statement", "q.text")
    ]


def test_the_language_a_survey_is_written_in_is_whole() -> None:
    assert whole("en", next="wording_missing") == []
    assert whole("fr", next="wording_missing") == []


def test_a_gap_of_the_interface_says_where() -> None:
    finding = Finding("so", "web.next", "wording_missing", "read in the default language", "interface")
    assert str(finding) == "languages.so.interface.web.next: read in the default language (wording_missing)"
