"""Puts translations beside their source: what each wording is, how far it is reviewed, what is wrong with new words."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engage.phrases import Words, find_fault, pair_hash, plural_categories, words_hash
from engage.questionnaire.consistency import ALLOWED_PLACEHOLDERS, NOTICE_PLACEHOLDERS
from engage.questionnaire.consistency import PLACEHOLDER as IN_BRACES
from engage.questionnaire.model import NOTICE, Questionnaire
from engage.questionnaire.reading import UNWRITABLE

#: How a wording stands: no words; words nobody has reviewed; reviewed; reviewed, but then the source changed, or
#: the words did.
STATES = ("missing", "machine_drafted", "reviewed", "source_changed", "words_changed")
#: States in which somebody has to look at the words.
TO_REVIEW = frozenset({"machine_drafted", "source_changed", "words_changed"})
#: Characters of one wording; far above any real one.
LONGEST = 5000
#: What is said of words that are not taken, or of a row of a file, by its code.
REASONS = {
    "unknown_wording": "there is no such wording",
    "wording_missing": "there are no words",
    "placeholder_differs": "the words in curly brackets are not those of the source",
    "plural_form_missing": "each category of number needs its own words",
    "stray_brace": "a curly bracket stands alone",
    "text_malformed": "it holds a sign that cannot be written, such as a control character",
    "too_long": "it is too long",
    "changed_meanwhile": "somebody else changed these words meanwhile",
    "source_changed": "the source has changed since this was exported",
    "repeated": "the key stands twice in the file",
    "cell_is_a_formula": "the cell holds a formula: type the words as text",
    "cell_is_a_date": "the cell holds a date: type the words as text",
    "cell_is_an_error": "the cell holds an error: type the words again",
}
#: Where a key of the survey stands, by how the key goes on behind the question's name.
_PLACES = {"text": "Question", "hint": "Hint below a question", "why": "Why a question is asked", "note": "Note"}
_SURVEY_PLACES = {
    "survey.title": "Title of the survey",
    "survey.intro": "First words of the survey",
    NOTICE: "Privacy notice; a line that begins with # is a heading",
}
#: Where a key of the interface stands, by its first part.
_INTERFACE_PLACES = {
    "web": "Survey pages",
    "problem": "Said when an answer cannot be taken",
    "option": "Answer that many questions offer",
    "age_band": "Answer to how old somebody is",
    "assisted": "Answer to who helps",
    "style": "Name of a way to read",
    "sms": "Text message",
    "paper": "Printed form",
    "results": "Results for the public",
}


@dataclass(frozen=True)
class Review:
    """What somebody said of a pair of source and words, and when."""

    words_hash: str
    is_reviewed: bool
    by: str
    at: datetime


#: (Key, hash of source and words) → what was said of the pair.
Reviews = Mapping[tuple[str, str], Review]


@dataclass(frozen=True)
class Entry:
    """One wording: where it stands, its source, its words in a language and how far they are reviewed."""

    key: str
    note: str
    source: Words
    words: Words | None
    state: str
    #: What was said of just these words, if anything was.
    review: Review | None = None

    @property
    def base(self) -> str:
        """Return the key without its variant."""
        return self.key.partition("@")[0]

    @property
    def variant(self) -> str:
        """Return the route or style the words are for, empty for everybody."""
        return self.key.partition("@")[2]

    @property
    def mark(self) -> str:
        """Return what tells later whether words and state are still these."""
        return mark_of(self.words, is_reviewed=self.state == "reviewed")


def mark_of(words: Words | None, *, is_reviewed: bool) -> str:
    """Return a short mark of words and whether they are reviewed."""
    return f"{words_mark(words)}{'r' if is_reviewed else 'd'}"


def words_mark(words: Words | None) -> str:
    """Return a short mark of words, of none as well."""
    return words_hash(words)[:12] if words is not None else "none"


def survey_entries(
    questionnaire: Questionnaire, wording: Mapping[str, str], reviews: Reviews, *, is_reviewed: bool = False
) -> tuple[Entry, ...]:
    """Return every wording of a survey in one language, in the order of the definition.

    `is_reviewed` is what the definition says of all the words about which nobody has said anything.
    """
    default = questionnaire.language(questionnaire.default_language)
    source, before = default.wording if default else {}, _reviewed_before(reviews)
    return tuple(
        Entry(
            key,
            survey_place(questionnaire, key),
            text,
            wording.get(key),
            *_standing(key, text, wording.get(key), reviews, before.get(key), is_reviewed=is_reviewed),
        )
        for key, text in _with_own_variants(source, wording)
    )


def interface_entries(
    source: Mapping[str, Words], words: Mapping[str, Words], reviews: Reviews, shipped_reviewed: Iterable[str] = ()
) -> tuple[Entry, ...]:
    """Return every wording of the interface in one language, by key."""
    reviewed, before = frozenset(shipped_reviewed), _reviewed_before(reviews)
    return tuple(
        Entry(
            key,
            interface_place(key),
            source[key],
            words.get(key),
            *_standing(key, source[key], words.get(key), reviews, before.get(key), is_reviewed=key in reviewed),
        )
        for key in sorted(source)
    )


def review_of(questionnaire: Questionnaire, tag: str, reviews: Reviews) -> str:
    """Return the state of a whole language: reviewed only where every wording it has is, and it has some."""
    language = questionnaire.language(tag)
    if language is None or tag == questionnaire.default_language:
        return "source"
    found = survey_entries(questionnaire, language.wording, reviews)
    worded = [entry for entry in found if entry.words is not None]
    return "reviewed" if worded and all(entry.state == "reviewed" for entry in worded) else "machine_drafted"


def find_fault_in(source: Words, words: Words, language: str, *, of_survey: bool) -> str | None:
    """Return the code of what is wrong with new words, or None; `of_survey` where only `{place}` may stand in them."""
    forms = (words,) if isinstance(words, str) else words
    text = "\n".join(forms)
    if len(text) > LONGEST * len(forms):
        return "too_long"
    if UNWRITABLE.search(text):
        return "text_malformed"
    bare = IN_BRACES.sub("", text)
    if "{" in bare or "}" in bare:
        return "stray_brace"
    if of_survey and set(IN_BRACES.findall(text)) - ALLOWED_PLACEHOLDERS - NOTICE_PLACEHOLDERS:
        return "placeholder_differs"
    return find_fault(source, words, language)


def categories_of(source: Words, language: str) -> tuple[str, ...]:
    """Return the categories of number that words for a source need in a language; empty where they do not count."""
    return () if isinstance(source, str) else plural_categories(language)


def survey_place(questionnaire: Questionnaire, key: str) -> str:
    """Say to a translator where a wording of a survey stands."""
    base, _, variant = key.partition("@")
    first, _, rest = base.partition(".")
    place = _PLACES.get(rest, "")
    if first in ("survey", "consent"):
        place = _SURVEY_PLACES.get(base, "What people agree to")
    elif first == "help":
        place = "Help line: its name" if rest.endswith(".name") else "Help line: what it does"
    elif first == "scale":
        place = "Answer on a scale"
    elif ".option." in base:
        place = "Answer"
    elif ".group." in base:
        place = "Heading over answers"
    return place + _for_whom(questionnaire, variant)


def interface_place(key: str) -> str:
    """Say to a translator where a wording of the interface stands."""
    base, _, variant = key.partition("@")
    if base.startswith("sms.words."):
        return "Words that people text, with commas between"
    return _INTERFACE_PLACES.get(base.partition(".")[0], "Interface") + _for_whom(None, variant)


def _for_whom(questionnaire: Questionnaire | None, variant: str) -> str:
    if not variant:
        return ""
    known = {"easy_read": "in easy read", "large_print": "in large print", "sms": "by text message"}
    is_route = questionnaire is not None and variant in {route.id for route in questionnaire.routes}
    return f", {known.get(variant) or ('for the route ' if is_route else 'in the style ') + variant}"


def _with_own_variants(source: Mapping[str, str], wording: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield key and source of each wording, and behind a wording the variants that only the translation has."""
    own: dict[str, list[str]] = {}
    for key in wording:
        base = key.partition("@")[0]
        if key not in source and base in source:
            own.setdefault(base, []).append(key)
    for key, text in source.items():
        yield key, text
        for variant in sorted(own.get(key, ())):
            yield variant, text


def _reviewed_before(reviews: Reviews) -> Mapping[str, set[str]]:
    """Return key → the hash of every translation of it that was reviewed, against whatever source.

    A key of which somebody has said anything is there; with no hash where nothing stands reviewed.
    """
    before: dict[str, set[str]] = {}
    for (key, _), review in reviews.items():
        hashes = before.setdefault(key, set())
        if review.is_reviewed:
            hashes.add(review.words_hash)
    return before


def _standing(
    key: str, source: Words, words: Words | None, reviews: Reviews, before: Collection[str] | None, *, is_reviewed: bool
) -> tuple[str, Review | None]:
    """Return how a wording stands, and what was said of just these words."""
    if words is None:
        return "missing", None
    if before is None:
        return "reviewed" if is_reviewed else "machine_drafted", None
    said = reviews.get((key, pair_hash(source, words)))
    if said is not None:
        return "reviewed" if said.is_reviewed else "machine_drafted", said
    if is_reviewed:
        return "reviewed", None
    if words_hash(words) in before:
        return "source_changed", None
    return "words_changed" if before else "machine_drafted", None
