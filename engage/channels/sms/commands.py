"""The words that steer a conversation rather than answer: yes, no, stop, help, skip, start, a language."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

from engage.phrases import own_name
from engage.response.folding import plain_words, word_list, words_of

#: Opt-out words every provider knows, whatever the phrases say (Twilio's list).
ALWAYS_STOP = frozenset({"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"})
#: Sets of words that a process keeps: one for each language, and for the interface before somebody changed it.
COMMANDS_KEPT = 64
#: Words that may be wrapped in politeness; "end" and "quit" may not: "I want to end it" is no opt-out.
_WISHES = frozenset({"stop", "stopall", "unsubscribe"})
_LONGEST_WISH = 8
#: Names in Latin letters people may text beside a language's own name; a shared one such as "kurdish" is left out.
_LATIN_NAMES = {
    "en": ("english",),
    "so": ("somali", "af soomaali"),
    "ckb": ("sorani", "soranî"),
    "ku": ("kurmanji", "kurdi kurmanci"),
    "lt": ("lithuanian", "lietuviu kalba"),
    "lv": ("latvian", "latviski"),
    "pl": ("polish", "po polsku"),
    "ro": ("romanian", "romana"),
    "fa-AF": ("dari",),
    "fa": ("farsi", "persian"),
    "ps": ("pashto", "pashtu"),
    "ar": ("arabic", "عربي"),
    "ur": ("urdu",),
    "pa-Arab": ("punjabi", "shahmukhi"),
    "pa-Guru": ("punjabi", "panjabi", "gurmukhi", "ਪੰਜਾਬੀ"),
    "gu": ("gujarati",),
    "zh-Hans": ("chinese", "中文", "简体中文", "普通话"),
    "zh-Hant": ("chinese", "中文", "繁體中文", "廣東話"),
    "ti": ("tigrinya", "tigrigna"),
    "ny": ("chichewa", "chewa", "nyanja"),
}


class Say(Protocol):
    """Gives the interface's words for a key in a language, with `{placeholders}` filled."""

    def __hash__(self) -> int: ...

    def __call__(self, language: str, key: str, **placeholders: str) -> str: ...


@dataclass(frozen=True)
class Commands:
    """The folded words of one conversation's language, and those that count in every language."""

    yes: frozenset[str]
    no: frozenset[str]
    help: frozenset[str]
    skip: frozenset[str]
    start: frozenset[str]
    #: Takes a survey up again that waits.
    go_on: frozenset[str]
    #: Of all languages.
    stop: frozenset[str]
    #: Words that may stand around a wish to stop, of all languages.
    around_stop: frozenset[str]


@lru_cache(maxsize=COMMANDS_KEPT)
def commands_in(say: Say, language: str, default_language: str, all_languages: tuple[str, ...]) -> Commands:
    """Return the words that count in a conversation, made once for each interface and language.

    Beside its own language a conversation understands the survey's default one, except for "no": Polish "no"
    is a casual yes. STOP is understood in every language there is.
    """

    def words(name: str, *languages: str) -> frozenset[str]:
        return frozenset().union(*(word_list(say(tag, f"sms.words.{name}")) for tag in languages))

    no = words("no", language)
    everywhere = (*all_languages, language, default_language)
    return Commands(
        yes=words("yes", language, default_language) - no,
        no=no,
        help=words("help", language, default_language),
        skip=words("skip", language, default_language),
        start=words("start", language, default_language),
        go_on=words("go_on", language, default_language),
        stop=ALWAYS_STOP | words("stop", *everywhere),
        around_stop=words("around_stop", *everywhere),
    )


def is_stop(text: str, commands: Commands) -> bool:
    """Say whether somebody asks to be left alone.

    The whole text is a word of the list, a slip for STOP (STPO, STOPP, S T O P), or a plain wish made of such
    a word and politeness ("please stop texting me"). "the bus stop is not safe" is an answer.
    """
    words = words_of(text)
    whole = " ".join(words)
    if whole in commands.stop or _is_nearly_stop("".join(words) if _is_spelt(words) else whole):
        return True
    if not 0 < len(words) <= _LONGEST_WISH or not _WISHES.intersection(words):
        return False
    return all(word in _WISHES or word in commands.around_stop for word in words)


def language_named(text: str, offered: Iterable[str], *, by_tag: bool = False) -> str | None:
    """Return the one language on offer that a whole text names, or None; tags count only where asked for."""
    whole = plain_words(text)
    named = [tag for tag in offered if whole and whole in _names(tag, by_tag=by_tag)]
    return named[0] if len(named) == 1 else None


@cache
def _names(tag: str, *, by_tag: bool) -> frozenset[str]:
    names = (own_name(tag), *_LATIN_NAMES.get(tag, ()), *((tag,) if by_tag else ()))
    return frozenset(plain_words(name) for name in names)


def _is_spelt(words: tuple[str, ...]) -> bool:
    return len(words) > 1 and all(len(word) == 1 for word in words)


def _is_nearly_stop(word: str) -> bool:
    """Say whether a word is STOP with letters repeated or two neighbours swapped; never with another letter."""
    single = "".join(letter for at, letter in enumerate(word) if at == 0 or word[at - 1] != letter)
    return single in ("stop", "tsop", "sotp", "stpo")
