"""What was read as JSON: page by page the answers that are certain, what a person must look at, and every mark."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engage.channels.paper.answers_read import MarksRead
from engage.channels.paper.page_reader import PageRead


def page_document(read: PageRead, marks: MarksRead, review: Iterable[str] = ()) -> dict[str, Any]:
    """Return one page; `review` are questions to look at for another reason than the marks on them."""
    here = _questions_on(read)
    more = [question for question in review if question in here]
    return {
        "file": read.file,
        "pdf_page": read.pdf_page,
        "serial": read.serial,
        "page": read.page,
        "problem": read.problem,
        "answers": dict(marks.answers),
        "review": [question for question in here if question in marks.reasons or question in more],
        "marks": [
            {
                "question": box.question,
                "option": box.option,
                "state": box.state,
                "confidence": round(float(box.confidence), 4),
            }
            for box in read.boxes
        ],
    }


def read_document(pages: Sequence[Mapping[str, Any]], forms: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return the whole of what was read; `forms` says what became of each form that was sent through the door."""
    return {"pages": list(pages)} | ({"forms": list(forms)} if forms else {})


def _questions_on(read: PageRead) -> list[str]:
    """Return the questions on a page in the order printed, each once."""
    asked = [*(box.question for box in read.boxes), *(space.question for space in read.spaces)]
    return list(dict.fromkeys(asked))
