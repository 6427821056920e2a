"""Edits of a definition document, each giving a new one: questions and answers come, go, move and change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engage.questionnaire.consistency import FIELD_TYPES
from engage.questionnaire.definition import QUESTION_WORDS, read_unfinished
from engage.questionnaire.model import ENVELOPE_TYPES, QuestionType
from engage.questionnaire.renaming import Document, code_from, rename_options, rename_question, rename_scale_options

#: Fields of a question that stand for themselves, beside its words and what only some types have.
FLAGS = ("sensitive", "alone", "about_you", "permits_quotes")
#: Fields an option may have beside its code and label.
_OPTION_FIELDS = ("exclusive", "picture", "group", "routes", "alone")


class NoSuchPart(Exception):
    """A question or a scale that the document does not have: somebody may have removed it."""


@dataclass(frozen=True)
class OptionWritten:
    """One answer as its author wrote it; `was` is its code before, empty for a new one."""

    label: str
    code: str = ""
    was: str = ""
    #: Variant (`easy_read`, `young` …) → its own label.
    variants: Mapping[str, str] = field(default_factory=dict)
    exclusive: bool = False
    picture: str | None = None
    group: str | None = None
    routes: tuple[str, ...] = ()
    alone: bool = False


def question_in(document: Document, question_id: str) -> Document:
    """Return a question's own part of the document. Raises NoSuchPart."""
    return dict(document["questions"][place_of(document, question_id)])


def place_of(document: Document, question_id: str) -> int:
    """Return where a question stands, from 0 on. Raises NoSuchPart."""
    for place, question in enumerate(document["questions"]):
        if question.get("id") == question_id:
            return place
    raise NoSuchPart(question_id)


def add_question(
    document: Document,
    kind: str,
    text: str,
    options: Sequence[str] = (),
    *,
    scale: str | None = None,
    at: int | None = None,
) -> tuple[Document, str]:
    """Return the document with one more question, and its id, made from its words."""
    taken = ids_in(document)
    question_id = kind if kind in ENVELOPE_TYPES else code_from(text, taken, "question")
    question: Document = {"id": question_id, "type": kind, "text": text}
    if options and kind in FIELD_TYPES["options"]:
        question["options"] = _documents([OptionWritten(label) for label in options])
    if scale and kind == QuestionType.SCALE:
        question["scale"] = scale
    return put_question(document, question, at), question_id


def put_question(document: Document, question: Document, at: int | None = None) -> Document:
    """Return the document with a whole question at a place, at the end where none is named."""
    questions = list(document["questions"])
    questions.insert(len(questions) if at is None else at, question)
    return {**document, "questions": questions}


def move_question(document: Document, question_id: str, to: int) -> Document:
    """Return the document with a question at another place, counted from 0; past an end it stands there."""
    questions = list(document["questions"])
    question = questions.pop(place_of(document, question_id))
    questions.insert(min(max(to, 0), len(questions)), question)
    return {**document, "questions": questions}


def remove_question(document: Document, question_id: str) -> Document:
    """Return the document without a question; what asks about it keeps doing so, and the checks say it."""
    place_of(document, question_id)
    questions = [question for question in document["questions"] if question.get("id") != question_id]
    return tidied({**document, "questions": questions})


def change_question(document: Document, question_id: str, fields: Mapping[str, Any]) -> Document:
    """Return the document with a question's fields changed; one that says nothing is left out.

    Another `id` goes wherever the question is named; what another `type` does not have is dropped.
    """
    place = place_of(document, question_id)
    new_id = str(fields.get("id", question_id))
    if new_id != question_id:
        document = rename_question(document, question_id, new_id)
    question = {**document["questions"][place], **fields}
    kind = question["type"]
    unfit = {name for name, types in FIELD_TYPES.items() if kind not in types}
    kept = {name: value for name, value in question.items() if name not in unfit and not _is_empty(value)}
    questions = list(document["questions"])
    questions[place] = _in_order(kept)
    return tidied({**document, "questions": questions})


def change_options(document: Document, question_id: str, written: Sequence[OptionWritten]) -> Document:
    """Return the document with a question's answers as they were written; codes are made where none is given."""
    coded = with_codes(written)
    renamed = {option.was: option.code for option in coded if option.was and option.was != option.code}
    document = rename_options(document, question_id, renamed) if renamed else document
    return change_question(document, question_id, {"options": _documents(coded)})


def change_scale(
    document: Document,
    name: str,
    options: Sequence[OptionWritten],
    short: Sequence[OptionWritten] = (),
    fold: Mapping[str, str] | None = None,
    **fields: Any,
) -> Document:
    """Return the document with a scale as it was written; `fold` is old long code → old short code."""
    long, brief = with_codes(options), with_codes(short, [option.code for option in options])
    renamed = {option.was: option.code for option in (*long, *brief) if option.was and option.was != option.code}
    document = rename_scale_options(document, name, renamed) if renamed else document
    scale: Document = {"options": _documents(long)}
    if brief:
        codes = {renamed.get(old, old): renamed.get(to, to) for old, to in (fold or {}).items()}
        short_codes = {option.code for option in brief}
        scale["short"] = _documents(brief)
        scale["fold"] = {option.code: codes[option.code] for option in long if codes.get(option.code) in short_codes}
        scale["short_for"] = list(fields.get("short_for", ()))
    if fields.get("faces"):
        scale["faces"] = True
    return tidied({**document, "scales": {**document.get("scales", {}), name: scale}})


def with_codes(written: Sequence[OptionWritten], taken: Iterable[str] = ()) -> list[OptionWritten]:
    """Return the answers, each with a code: its own, or one made from its words."""
    used = {*taken, *(option.code for option in written if option.code)}
    coded = []
    for option in written:
        code = option.code or code_from(option.label, used, "answer")
        used.add(code)
        coded.append(OptionWritten(**{**vars(option), "code": code}))
    return coded


def read_options(entries: Iterable[Document]) -> list[OptionWritten]:
    """Return the answers in a document as they may be written anew."""
    return [
        OptionWritten(
            label=entry.get("label", ""),
            code=entry["code"],
            was=entry["code"],
            variants={key.removeprefix("label@"): text for key, text in entry.items() if key.startswith("label@")},
            exclusive=bool(entry.get("exclusive")),
            picture=entry.get("picture"),
            group=entry.get("group"),
            routes=tuple(entry.get("routes", ())),
            alone=bool(entry.get("alone")),
        )
        for entry in entries
    ]


def tidied(document: Document) -> Document:
    """Return the document without translations of words that are gone, and without places nobody can name."""
    questionnaire, _ = read_unfinished(document)
    source = questionnaire.language(questionnaire.default_language)
    known = {key.partition("@")[0] for key in source.wording} if source else set()
    languages = {
        tag: {
            **entry,
            "wording": {key: text for key, text in entry["wording"].items() if key.partition("@")[0] in known},
        }
        if "wording" in entry
        else entry
        for tag, entry in document["languages"].items()
    }
    return {**document, "languages": languages}


def ids_in(document: Document) -> set[str]:
    """Return the ids of the questions."""
    return {str(question.get("id")) for question in document["questions"]}


def wording_of(fields: Mapping[str, str], part: str) -> dict[str, str]:
    """Return a part's wordings and their variants out of fields such as `text` and `text@young`."""
    return {key: text for key, text in fields.items() if key == part or key.startswith(f"{part}@")}


def _documents(options: Iterable[OptionWritten]) -> list[Document]:
    return [
        {"code": option.code, "label": option.label}
        | {f"label@{variant}": text for variant, text in option.variants.items() if text}
        | {
            name: list(value) if isinstance(value, tuple) else value
            for name in _OPTION_FIELDS
            if (value := getattr(option, name))
        }
        for option in with_codes(list(options))
    ]


def _in_order(question: Document) -> Document:
    """Return a question's fields with its words right behind what it is, as definitions are written."""
    first = ["id", "type"]
    first += [key for part in QUESTION_WORDS for key in sorted(question) if key == part or key.startswith(f"{part}@")]
    return {key: question[key] for key in (*first, *(key for key in question if key not in first))}


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {}, ())
