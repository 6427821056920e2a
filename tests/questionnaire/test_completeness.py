"""What a translation still lacks is listed; it never keeps a survey from being used."""

from engage.questionnaire.completeness import Finding, find_gaps
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
