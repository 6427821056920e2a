"""Says whether a text is English enough for its details to be found; in doubt it is not, and waits for a translator."""

import re
import unicodedata

from engage.response.folding import fold
from engage.response.masking.lists import Lists, shipped_lists

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: Share of a text's words that are English where a text is; names and slips make up the rest.
_LEAST_ENGLISH = 0.65
#: Shares of its letters that are Latin.
_LEAST_LATIN = 0.9


def is_english(text: str, lists: Lists | None = None) -> bool:
    """Say whether a text can be read as English; one without any word can."""
    known = lists or shipped_lists()
    letters = [sign for sign in text if unicodedata.category(sign)[0] == "L"]
    latin = sum(unicodedata.name(sign, "").startswith(("LATIN", "FULLWIDTH LATIN")) for sign in letters)
    if latin < _LEAST_LATIN * len(letters):
        return False
    words = [fold(match[0].removesuffix("'s").removesuffix("’s")) for match in _WORD.finditer(text)]
    told = [word for word in words if known.is_english(word) or known.is_no_name(word)]
    names = [word for word in words if known.is_name(word) and word not in told]
    judged = len(words) - len(names)
    return not words or (judged > 0 and len(told) >= _LEAST_ENGLISH * judged)
