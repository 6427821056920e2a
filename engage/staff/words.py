"""The English words staff read for states, channels, roles and kinds of review items."""

from collections.abc import Mapping
from functools import cache

from babel import Locale, UnknownLocaleError

from engage.phrases import SOURCE_LANGUAGE, phrases_for
from engage.reporting.coverage_census import CHANNEL_WORDS, STYLE_WORDS
from engage.response.problems import PROBLEM_CODES

ROLES: Mapping[str, str] = {
    "admin": "Admin: everything",
    "analyst": "Analyst: results and review",
    "coordinator": "Coordinator: waves, printing, keying, review",
    "ambassador": "Ambassador: keys forms",
    "translator": "Translator: words in other languages",
    "coder": "Coder: reads what people wrote, with details hidden, and codes it",
    "partner": "Partner: reads published results and reports",
}
ROLE_NAMES: Mapping[str, str] = {role: words.partition(":")[0] for role, words in ROLES.items()}
#: What the kinds of question are called where one is written.
QUESTION_TYPES: Mapping[str, str] = {
    "single_choice": "One answer from a list",
    "multiple_choice": "Several answers from a list",
    "scale": "A scale, from one end to the other",
    "number": "A number",
    "date": "A date",
    "short_text": "A few words",
    "long_text": "Own words, as many as people like",
    "ranking": "Answers to put into an order",
    "drawing": "A drawing, or words instead",
    "note": "Words only, nothing is asked",
    "community": "Communities, with room for one of their own",
    "age_band": "Age, in bands",
    "area": "The area people tell about",
    "area_relation": "What the area is to them",
    "home_district": "The district they live in",
}
#: Where an answer is told in the summary of an area.
SUMMARY_PLACES: Mapping[str, str] = {
    "good": "What is good here",
    "safety": "How safe people feel",
    "unsafe": "What makes people feel unsafe",
    "causes": "What lies behind it",
    "help": "What would help",
    "turn_to": "Whom people turn to",
}
#: The rules by which people of 13 to 15 agree.
CONSENT_WORDS: Mapping[str, str] = {
    "own": "They agree for themselves",
    "school_opt_out": "They agree, and the school lets parents say no",
    "parent_opt_in": "A parent agrees first",
}
STATES: Mapping[str, str] = {
    "draft": "not open yet",
    "pilot": "pilot, answers do not count",
    "open": "open",
    "collecting": "no new starts, paper and texts still come in",
    "closed": "closed",
}
REPORT_STATES: Mapping[str, str] = {
    "emergent": "first findings",
    "draft": "draft",
    "comments": "with stakeholders for comment",
    "final": "final",
}
#: What a button does that takes a report from one state to another.
REPORT_MOVES: Mapping[tuple[str, str], str] = {
    ("emergent", "draft"): "Make it a draft",
    ("draft", "comments"): "Ask for comments",
    ("draft", "emergent"): "Back to first findings",
    ("comments", "final"): "Make it final, for good",
    ("comments", "draft"): "Back to draft",
}
COMMENT_STATES: Mapping[str, str] = {"open": "open", "taken_up": "taken up", "answered": "answered"}
#: Whom a recommendation acts on.
LAYERS: Mapping[str, str] = {
    "individual": "individual: the person",
    "relationship": "relationship: family, friends, partners",
    "organisation": "organisation: schools, clubs, services",
    "community": "community: people and places around",
    "society": "society: law, policy, norms",
}
#: The states of a wave in the order it goes through them.
LIFE: Mapping[str, str] = {
    "draft": "draft",
    "pilot": "pilot",
    "open": "open",
    "collecting": "collecting",
    "closed": "closed",
}
#: What a button does that takes a wave to a state.
STATE_BUTTONS: Mapping[str, str] = {
    "pilot": "Start the pilot",
    "open": "Open",
    "collecting": "Stop new starts",
    "closed": "Close for good",
}
CHANNELS: Mapping[str, str] = CHANNEL_WORDS
STYLES: Mapping[str, str] = STYLE_WORDS
#: What goes with published tables, each a file of its own.
COMPANIONS: Mapping[str, str] = {
    "weighted": "weighted to the census",
    "who_answered": "who answered, beside the census",
    "ways": "how people answered",
    "mode_effects": "answers that depend on how",
    "compared": "beside the rest",
    "changed": "since the wave before",
}
#: How a language is offered to respondents.
OFFERS: Mapping[str, str] = {
    "offered": "offered",
    "fallback": "offered, missing words in English",
    "spoken": "offered as recordings with easy read",
    "prepared": "prepared, not offered",
    "closed": "not offered",
}
WORDING_STATES: Mapping[str, str] = {
    "missing": "no words yet",
    "machine_drafted": "not reviewed",
    "reviewed": "reviewed",
    "source_changed": "to review again: the English changed",
    "words_changed": "to review again: the words changed",
}
#: What became of a batch of forms, and of one form.
BATCH_STATES: Mapping[str, str] = {
    "printed": "printed",
    "handed_out": "handed out",
    "returned": "came back",
    "destroyed": "destroyed",
}
FORM_STATES: Mapping[str, str] = {
    "printed": "Printed",
    "handed_out": "Handed out",
    "returned": "Came back",
    "entered": "Keyed",
    "read": "Scanned",
    "spoilt": "Spoilt",
    "refused": "Nothing kept",
}
#: Why a form cannot be used.
SPOILT: Mapping[str, str] = {
    "torn": "Torn or pages missing",
    "unreadable": "Cannot be read",
    "misprinted": "Printed badly",
    "withdrawn": "The person does not want it used",
    "other": "Something else",
}
#: Choices of what the translators' page shows.
FILTERS: Mapping[str, str] = {
    "all": "All",
    "missing": "Missing",
    "to_review": "To review",
    "changed": "Changed since the review",
}
#: What became of a row of a file.
ROW_RESULTS: Mapping[str, str] = {
    "changed": "changed",
    "reviewed": "marked as reviewed",
    "not_reviewed": "marked as not reviewed",
    "conflict": "not taken: somebody else changed it meanwhile",
    "refused": "not taken",
    "same": "as it was",
}
#: English names of languages that are usually called otherwise here than in the Unicode CLDR, or not at all there.
_LANGUAGES: Mapping[str, str] = {
    "ckb": "Kurdish (Sorani)",
    "ku": "Kurdish (Kurmanji)",
    "fa": "Farsi",
    "fa-AF": "Dari",
    "ny": "Chichewa",
    "pa-Arab": "Punjabi (Shahmukhi)",
    "pa-Guru": "Punjabi (Gurmukhi)",
    "rom": "Romani",
    "zh-Hans": "Chinese (simplified)",
    "zh-Hant": "Chinese (traditional)",
}
KINDS: Mapping[str, str] = {
    "late": "Came after the wave closed",
    "conflict": "Sent twice with different answers",
    "second_entry": "Form entered twice with different answers",
    "paper_notes": "Form with ticks to look at",
    "faulty": "Answers with something in them that does not fit",
    "duplicate": "May have come in twice",
    "rush": "Many answers about one place in a short time",
}
#: A form that was scanned, with something on it that a person has to read.
SCANNED = "Scanned form with something doubtful"
#: A form with notes that two people read differently.
DISPUTED = "Form whose agreement was read in two ways"
DECISIONS: Mapping[str, str] = {
    "accept": "Accept: these answers count from the next release",
    "accept_rest": "Accept the rest: leave out what is named above, the other answers count from the next release",
    "discard": "Discard: forget these answers",
    "keep_first": "Keep the first, forget these answers",
    "use_second": "Use these answers in place of the first",
    "seen": "Looked at",
    "keep_entry": "Keep what was entered first: the sheet has the agreement",
    "erase": "Erase what was entered first",
    "keep_both": "Keep both: two people gave the same answers",
    "set_aside": "Set the later one aside: it is a copy",
    "set_aside_all": "Set aside every copy of these answers",
    "count_rush": "Count them: they are people's answers",
    "set_aside_rush": "Set these answers aside: they do not count",
}
#: What became of a sealed bundle of a rescue file.
BUNDLES: Mapping[str, str] = {
    "stored": "stored",
    "same": "was here already",
    "held": "waits for review",
    "conflict": "other answers of this person are stored; both are kept for review",
    "refused": "refused, nothing of it is kept",
    "unreadable": "cannot be read here; keep the file",
}
JOBS: Mapping[str, str] = {
    "audit.check": "Checking the audit log",
    "paper.print": "Printing forms",
    "past.import": "Bringing a past wave in",
    "paper.read": "Reading scans",
    "responses.export": "Writing row-level data",
    "results.export": "Writing results as a file",
    "results.publish": "Publishing results",
    "results.summaries": "Making summaries",
}
#: What work that went well says of what it looked at.
JOB_FINDINGS: Mapping[str, str] = {
    "audit.check": "The log is whole: every line is as it was written, up to the last one known outside the database.",
}
JOB_STATES: Mapping[str, str] = {
    "waiting": "waiting to start",
    "running": "under way",
    "done": "done",
    "failed": "did not work",
    "cancelled": "cancelled",
}
#: What a reviewer is told that the door has noted.
NOTES: Mapping[str, str] = {
    "same_words": "The same long text as in an answer that came minutes before.",
    "same_batch": "The same answers from the same tablet or venue, minutes apart.",
    "same_answers": "The same answers, but for one question at most, minutes apart.",
    "wave_closed": "The wave had closed.",
    "conflict": "Other answers of this person are stored.",
    "too_many_choices": "More ticks than the question allows; all of them are kept.",
    "question_not_asked": "Answered, though not meant for this person; left out.",
}
#: What a keyer can do about a problem that the sheet itself has.
_KEYING: Mapping[str, str] = {
    "unknown_option": "This answer is not for a person of this age, or help, on this form. Leave it out.",
    "exclusive_option": "An answer that stands alone is ticked with others. If the sheet has both, leave the "
    "question empty.",
    "unknown_area": "We do not know this place or postcode, or it is not part of the survey. Choose from the list.",
    "write_in_not_offered": "Own words are not kept for people under 16 or of unknown age. Leave them out.",
    "too_long": "This is too long.",
    "field_missing": "Key what is on the sheet here.",
}


@cache
def language_name(tag: str) -> str:
    """Return a language's name in English, its tag where none is known."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name(SOURCE_LANGUAGE)
    except (UnknownLocaleError, ValueError):
        name = _LANGUAGES.get(tag)
    return _LANGUAGES.get(tag) or name or tag


def fault_words(code: str) -> str:
    """Return what a reviewer is told about a problem with answers that nobody can be asked about again."""
    meaning = PROBLEM_CODES[code]
    return f"{meaning[0].upper()}{meaning[1:]}."


def problem_words(code: str) -> str:
    """Return what to say about a problem to somebody who keys a form."""
    if code in _KEYING:
        return _KEYING[code]
    phrases, key = phrases_for("en"), f"problem.{code}"
    return phrases.say(key) if phrases.is_translated(key) else PROBLEM_CODES[code]
