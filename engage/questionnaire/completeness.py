"""Says which words a language still lacks, and which placeholders a translation lost or invented."""

from collections.abc import Mapping
from dataclasses import dataclass

from engage.phrases import PLACEHOLDER, SOURCE_LANGUAGE
from engage.questionnaire.model import NOTICE, STYLES, Language, Questionnaire

#: What is said of a wording of the interface by the code of what is wrong with it.
_DETAILS = {
    "wording_missing": "read in the default language",
    "placeholder_differs": "not the placeholders of the source",
    "plural_form_missing": "not one form for each category of number",
}


@dataclass(frozen=True)
class Finding:
    """Something for the author to look at: where, a stable code, and words."""

    language: str
    key: str
    code: str
    detail: str
    #: Whose words they are: the survey's, or the interface's.
    part: str = "survey"

    def __str__(self) -> str:
        place = "wording" if self.part == "survey" else self.part
        return f"languages.{self.language}.{place}.{self.key}: {self.detail} ({self.code})"


def find_gaps(questionnaire: Questionnaire) -> list[Finding]:
    """Return every missing wording and every differing placeholder, language by language."""
    return [gap for language in questionnaire.languages for gap in _survey_gaps(questionnaire, language)]


def find_gaps_in(questionnaire: Questionnaire, tag: str, faults: Mapping[str, str]) -> list[Finding]:
    """Return what keeps a language from being whole: the survey's words and those of the interface it needs.

    `faults` are the interface's in this language, key → code.
    """
    language = questionnaire.language(tag)
    if language is None or tag == questionnaire.default_language == SOURCE_LANGUAGE:
        return []
    unread = {style for style in STYLES if style not in questionnaire.styles}
    needed = ((key, code) for key, code in faults.items() if key.partition("@")[2] not in unread)
    phrases = [Finding(tag, key, code, _DETAILS[code], "interface") for key, code in needed]
    return _survey_gaps(questionnaire, language) + (phrases if tag != SOURCE_LANGUAGE else [])


def _survey_gaps(questionnaire: Questionnaire, language: Language) -> list[Finding]:
    source = questionnaire.language(questionnaire.default_language)
    findings: list[Finding] = []
    if source is None or language.tag == source.tag:
        return findings
    for key in source.wording:
        # The privacy notice is written last and read in the source language, marked, until it is translated.
        if key not in language.wording and key.partition("@")[0] != NOTICE:
            base = key.partition("@")[0]
            instead = "the plain wording is read" if base in language.wording else "read in the default language"
            findings.append(Finding(language.tag, key, "wording_missing", instead))
    for key, text in language.wording.items():
        original = source.wording.get(key) or source.wording.get(key.partition("@")[0], "")
        if _placeholders(text) != _placeholders(original):
            findings.append(Finding(language.tag, key, "placeholder_differs", _DETAILS["placeholder_differs"]))
    return findings


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))
