"""The page of a working copy's help lines: who answers there, the number, for whom, in which order."""

import re
from collections.abc import Mapping
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.authoring import mark_of
from engage.questionnaire.editing import tidied
from engage.questionnaire.renaming import Document, code_from
from engage.staff.access import Permission, requires
from engage.staff.authoring_fields import in_order, variants_of
from engage.staff.authoring_saving import Saving, open_copy, page, save
from engage.staff.blueprint import staff_pages

#: Help lines one survey may have: more are a telephone book.
MOST_LINES = 30
_ACT = re.compile(r"(up|down|remove):h(\d+)")


@staff_pages.get("/staff/author/<uuid:copy_id>/help-lines")
@requires(Permission.AUTHOR)
def author_help_lines(copy_id: UUID) -> ResponseReturnValue:
    """Show the help lines."""
    looked, _ = open_copy(copy_id)
    lines = looked.copy.document.get("help_lines", [])
    return page(
        "author_help_lines",
        looked,
        lines=lines,
        seen=mark_of(lines),
        variants=variants_of(looked.whole),
        route_pairs=[(route.id, route.id.replace("_", " ")) for route in looked.whole.routes],
    )


@staff_pages.post("/staff/author/<uuid:copy_id>/help-lines")
@requires(Permission.AUTHOR)
def author_save_help_lines(copy_id: UUID) -> ResponseReturnValue:
    """Save the help lines; a number that changed has yet to be tried."""
    open_copy(copy_id)
    here = url_for("staff.author_help_lines", copy_id=copy_id)
    return save(copy_id, Saving("changed the help lines", lambda doc: doc.get("help_lines", []), _written, here, here))


def _written(document: Document) -> Document:
    """Return the document with the help lines as they were posted."""
    before = {line["id"]: line for line in document.get("help_lines", [])}
    form = request.form
    lines = [_line(f"h{at}:", before) for at in range(MOST_LINES) if f"h{at}:id" in form]
    if form.get("new:name", "").strip() and form.get("new:number", "").strip():
        lines.append(_line("new:", before))
    if found := _ACT.fullmatch(form.get("act", "")):
        at = int(found[2])
        if at < len(lines):
            line = lines.pop(at)
            if found[1] != "remove":
                lines.insert(max(at - 1, 0) if found[1] == "up" else at + 1, line)
    return tidied({**document, "help_lines": lines})


def _line(start: str, before: Mapping[str, Document]) -> Document:
    form = request.form
    name, number = (" ".join(form.get(start + field, "").split()) for field in ("name", "number"))
    line_id = form.get(f"{start}id") or code_from(name, before, "line")
    known = before.get(line_id, {})
    what = {
        key.removeprefix(start): " ".join(text.split())
        for key, text in form.items()
        if key.removeprefix(start).partition("@")[0] == "what" and key.startswith(start) and text.strip()
    }
    kept = {key: text for key, text in known.items() if key.startswith("name@")}
    return {
        "id": line_id,
        "number": number,
        "for": in_order(form.getlist(f"{start}for"), known.get("for", ())),
        "areas": known.get("areas", []),
        "checked_on": known.get("checked_on") if known.get("number") == number else None,
        "name": name,
        **kept,
        **what,
    }
