"""Gives questions and options other codes wherever they stand: in conditions, folds and translations too."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Any

from engage.questionnaire.consistency import RESERVED_IDS
from engage.questionnaire.model import SPECIAL_CODES
from engage.questionnaire.reading import NAME

Document = dict[str, Any]
#: Letters of a code made from words: short enough to read in a table.
LONGEST_CODE = 24
_OTHER_SIGNS = re.compile(r"[^a-z0-9]+")
_SMALL_WORDS = frozenset(
    {
        *("a", "an", "and", "are", "do", "does", "for", "how", "in", "is", "it", "of", "on", "or", "the", "to"),
        *("what", "which", "who", "you", "your"),
    }
)


def code_from(words: str, taken: Collection[str], otherwise: str) -> str:
    """Return a code that fits words and that nobody has yet; `otherwise` for words without Latin letters."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    parts = [part for part in _OTHER_SIGNS.split(plain) if part]
    telling = [part for part in parts if part not in _SMALL_WORDS] or parts
    code = ""
    for part in telling:
        if code and len(code) + len(part) + 1 > LONGEST_CODE:
            break
        code = f"{code}_{part}" if code else part[:LONGEST_CODE]
    if not NAME.fullmatch(code):
        code = f"{otherwise}_{code}" if code else otherwise
    free = {*taken, *RESERVED_IDS, *SPECIAL_CODES}
    number, wanted = 2, code
    while wanted in free:
        wanted, number = f"{code}_{number}", number + 1
    return wanted


def rename_question(document: Document, old: str, new: str) -> Document:
    """Return the document in which a question has another id."""
    questions = [
        {key: new if key in ("id", "options_from") and value == old else value for key, value in question.items()}
        for question in document["questions"]
    ]
    renamed = _with_conditions(
        {**document, "questions": questions},
        lambda leaf: {
            key: new if key in ("answer", "answered") and value == old else value for key, value in leaf.items()
        },
    )
    return _with_keys(renamed, lambda key: f"{new}{key[len(old) :]}" if key.startswith(f"{old}.") else key)


def rename_options(document: Document, question_id: str, codes: Mapping[str, str]) -> Document:
    """Return the document in which answers that conditions and translations name have other codes.

    The options of the question itself are changed by whoever asks for this. `codes` is old → new.
    """
    prefix = f"{question_id}.option."
    asking = {question_id} | {
        str(question.get("id")) for question in document["questions"] if question.get("options_from") == question_id
    }
    return _recoded(document, prefix, codes, asking)


def rename_scale_options(document: Document, name: str, codes: Mapping[str, str]) -> Document:
    """Return the document in which the answers of a scale, named elsewhere, have other codes."""
    asking = {str(question.get("id")) for question in document["questions"] if question.get("scale") == name}
    return _recoded(document, f"scale.{name}.", codes, asking)


def _recoded(document: Document, prefix: str, codes: Mapping[str, str], asking: Collection[str]) -> Document:
    def recode(leaf: Document) -> Document:
        if leaf.get("answer") not in asking or "is" not in leaf:
            return leaf
        return {**leaf, "is": list(dict.fromkeys(codes.get(code, code) for code in leaf["is"]))}

    def rekey(key: str) -> str:
        code, mark, variant = key.removeprefix(prefix).partition("@")
        return f"{prefix}{codes[code]}{mark}{variant}" if key.startswith(prefix) and code in codes else key

    return _with_keys(_with_conditions(document, recode), rekey)


def _with_conditions(document: Document, change: Callable[[Document], Document]) -> Document:
    """Return the document with every leaf of every condition changed."""
    changed = dict(document)
    for name, key in (("questions", "show_when"), ("routes", "when")):
        changed[name] = [
            {**entry, key: _leaves(entry[key], change)} if entry.get(key) else entry for entry in document.get(name, [])
        ]
    return changed


def _leaves(condition: Any, change: Callable[[Document], Document]) -> Any:
    for group in ("all", "any"):
        if group in condition:
            return {group: [_leaves(part, change) for part in condition[group]]}
    return {"not": _leaves(condition["not"], change)} if "not" in condition else change(dict(condition))


def _with_keys(document: Document, rekey: Callable[[str], str]) -> Document:
    """Return the document with the keys of its translations changed."""
    languages = {
        tag: {**entry, "wording": {rekey(key): text for key, text in entry["wording"].items()}}
        if "wording" in entry
        else entry
        for tag, entry in document["languages"].items()
    }
    return {**document, "languages": languages}
