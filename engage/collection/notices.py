"""The privacy notice of a survey: which texts it needs, texts to start from, and its words as wording of the survey.

It stands in the wording under `survey.privacy`, so translators find it beside everything else; the record fills in
who asks, whom to write to and for how long answers are kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import files

from engage.questionnaire.consistency import NOTICE_PLACEHOLDERS, PLACEHOLDER
from engage.questionnaire.model import NOTICE, Facts, Questionnaire
from engage.questionnaire.reading import UNWRITABLE
from engage.questionnaire.routing import route_of
from engage.storage import phrases, questionnaires
from engage.storage.database import Session

#: Characters of one text of the notice; translations may be as long.
LONGEST = 5000
DAYS_A_YEAR = 365
#: An age band that reads what adults read.
ADULT = "25-34"
#: The kinds of text there are, by the words staff know them by.
STANDARD, YOUNG, EASY_READ = "standard words", "words for people under 18", "easy read"


def young_route(questionnaire: Questionnaire) -> str | None:
    """Return the route that people of 13 to 15 take, None where they read what adults read."""
    young, adult = (route_of(questionnaire, Facts(age_band=band)) for band in ("13-15", ADULT))
    return None if young == adult else young


def notice_keys(questionnaire: Questionnaire) -> dict[str, str]:
    """Return the keys of the texts that a survey's notice needs, and what staff call each."""
    keys = {NOTICE: STANDARD}
    if young := young_route(questionnaire):
        keys[f"{NOTICE}@{young}"] = YOUNG
    if "easy_read" in questionnaire.styles:
        keys[f"{NOTICE}@easy_read"] = EASY_READ
    return keys


def notice_of(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Return the texts of the notice in the language the survey is written in."""
    source = questionnaire.language(questionnaire.default_language)
    wording = source.wording if source else {}
    return {key: wording[key] for key in notice_keys(questionnaire) if key in wording}


def starter(kind: str, days: int | None) -> str:
    """Return the text to start from: a notice in English that is right for the way engage works.

    It tells whole years as years, as nobody can picture 1095 days.
    """
    is_in_years = days is not None and days > DAYS_A_YEAR and days % DAYS_A_YEAR == 0
    return _starters()[kind].replace("{days} days", "{years} years") if is_in_years else _starters()[kind]


@cache
def _starters() -> Mapping[str, str]:
    names = {STANDARD: "standard", YOUNG: "young", EASY_READ: "easy_read"}
    folder = files(__package__) / "notice_texts"
    return {kind: (folder / f"{name}.txt").read_text(encoding="utf-8").strip() for kind, name in names.items()}


def spans_of(days: int | None) -> dict[str, str]:
    """Return what is filled into a notice for the time that answers are kept; a dash where no end is set."""
    if days is None:
        return {"days": "–", "years": "–"}
    years = days / DAYS_A_YEAR
    return {"days": str(days), "years": f"{years:.0f}" if years.is_integer() else f"{years:.1f}"}


def fault_in(text: str) -> str | None:
    """Return what is wrong with a text of the notice, in words, or None."""
    if not text.strip():
        return "is empty"
    if len(text) > LONGEST:
        return f"has more than {LONGEST} characters"
    if UNWRITABLE.search(text):
        return "holds a sign that cannot be written"
    bare = PLACEHOLDER.sub("", text)
    if set(PLACEHOLDER.findall(text)) - NOTICE_PLACEHOLDERS or "{" in bare or "}" in bare:
        return f"may hold only {', '.join(sorted(NOTICE_PLACEHOLDERS))} in curly brackets"
    return None


def put_notice(session: Session, slug: str, texts: Mapping[str, str], now: datetime) -> None:
    """Store the texts of a notice with every version of a survey that takes them; the caller has checked them."""
    phrases.lock(session)
    for version in questionnaires.versions_of(session, slug):
        known = questionnaires.get(session, slug, version)
        if known is not None:
            questionnaires.put(session, _with_notice(known, texts), now)


def _with_notice(questionnaire: Questionnaire, texts: Mapping[str, str]) -> Questionnaire:
    fitting = {key: texts[key] for key in notice_keys(questionnaire) if key in texts}
    languages = (
        replace(known, wording={**known.wording, **fitting}) if known.tag == questionnaire.default_language else known
        for known in questionnaire.languages
    )
    return replace(questionnaire, languages=tuple(languages))
