"""Says which words a language still lacks, and which placeholders a translation lost or invented."""

import re
from dataclasses import dataclass

from engage.questionnaire.model import Questionnaire

PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True)
class Finding:
    """Something for the author to look at: where, a stable code, and words."""

    language: str
    key: str
    code: str
    detail: str

    def __str__(self) -> str:
        return f"languages.{self.language}.wording.{self.key}: {self.detail} ({self.code})"


def find_gaps(questionnaire: Questionnaire) -> list[Finding]:
    """Return every missing wording and every differing placeholder, language by language."""
    source = questionnaire.language(questionnaire.default_language)
    if source is None:
        return []
    findings = []
    for language in questionnaire.languages:
        if language is source:
            continue
        for key in source.wording:
            if key not in language.wording:
                base = key.partition("@")[0]
                instead = "the plain wording is read" if base in language.wording else "read in the default language"
                findings.append(Finding(language.tag, key, "wording_missing", instead))
        for key, text in language.wording.items():
            original = source.wording.get(key) or source.wording.get(key.partition("@")[0], "")
            if _placeholders(text) != _placeholders(original):
                findings.append(Finding(language.tag, key, "placeholder_differs", "not the placeholders of the source"))
    return findings


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))
