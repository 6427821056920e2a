"""Puts options in one order per person, so that the first of a list is not ticked more for being first."""

import hashlib

from engage.questionnaire.model import Option, Question, QuestionType

#: The option that stays behind all others, whatever their order.
LAST_OPTION = "other"
_LISTS = (QuestionType.MULTIPLE_CHOICE, QuestionType.RANKING)


def in_order(options: tuple[Option, ...], question_id: str, seed: str) -> tuple[Option, ...]:
    """Return options shuffled within their group; those that stand alone, and "something else", stay in place.

    The same seed gives the same order, so that nothing jumps about when somebody comes back.
    """
    places: dict[str | None, list[int]] = {}
    for index, option in enumerate(options):
        if not option.exclusive and option.code != LAST_OPTION:
            places.setdefault(option.group, []).append(index)
    ordered = list(options)
    for indices in places.values():
        movable = sorted((options[index] for index in indices), key=lambda option: _draw(seed, question_id, option))
        for index, option in zip(indices, movable, strict=True):
            ordered[index] = option
    return tuple(ordered)


def options_shown(options: tuple[Option, ...], question: Question, *, style: str, seed: str) -> tuple[Option, ...]:
    """Return options as one person sees them: lists to choose from in their own order, easy read as written."""
    is_list = question.type in _LISTS or question.options_from is not None
    if not is_list or style == "easy_read":
        return options
    return in_order(options, question.options_from or question.id, seed)


def _draw(seed: str, question_id: str, option: Option) -> bytes:
    return hashlib.sha256(f"{seed}:{question_id}:{option.code}".encode()).digest()
