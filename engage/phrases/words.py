"""Words beside their source: whether they fit it, and marks by which they are known again."""

import hashlib
import re

from engage.phrases.languages import plural_categories

PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
#: A text, or of words that count one form per category of number, in the order of `plural_categories`.
Words = str | tuple[str, ...]


def find_fault(source: Words, words: Words, language: str) -> str | None:
    """Return the code of what keeps words from standing for a source, or None.

    The last form, `other`, holds just the source's placeholders; a form for few numbers may leave the number out.
    """
    if isinstance(source, str) is not isinstance(words, str):
        return "plural_form_missing"
    forms = (words,) if isinstance(words, str) else words
    if not isinstance(words, str) and len(forms) != len(plural_categories(language)):
        return "plural_form_missing"
    if not all(text.strip() for text in forms):
        return "plural_form_missing" if len(forms) > 1 else "wording_missing"
    wanted = set(PLACEHOLDER.findall(source if isinstance(source, str) else source[-1]))
    found = [set(PLACEHOLDER.findall(text)) for text in forms]
    if found[-1] != wanted or any(wanted - here - {"{count}"} or here - wanted for here in found[:-1]):
        return "placeholder_differs"
    return None


def words_hash(words: Words) -> str:
    """Return the SHA-256 (hex) of words."""
    return hashlib.sha256(_written(words).encode()).hexdigest()


def pair_hash(source: Words, words: Words) -> str:
    """Return the SHA-256 (hex) of a source and its translation together: what a review is of."""
    return hashlib.sha256(f"{_written(source)}\0{_written(words)}".encode()).hexdigest()


def _written(words: Words) -> str:
    """Return words as one text that no other words give; a control character stands in none of them."""
    return words if isinstance(words, str) else "\1" + "\1".join(words)
