"""Reads forms of staff pages as a browser would send them, and writes a small survey through them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from staffing import post

DISTRICT = "E06000018"


class _Fields(HTMLParser):
    """Collects the fields of the form with an id, or of the first whose action ends so."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.fields: list[tuple[str, str]] = []
        self._is_in = False
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._textarea: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "form":
            self._is_in = known.get("id") == self.form_id
        if not self._is_in or "disabled" in known:
            return
        name = known.get("name")
        if tag == "input" and name:
            is_box = known.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in known:
                self.fields.append((name, known.get("value") or ""))
        elif tag == "select" and name:
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((known.get("value") or "", "selected" in known))
        elif tag == "textarea" and name:
            self._textarea, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_in = False
        elif tag == "select" and self._select:
            chosen = next((value for value, is_chosen in self._options if is_chosen), None)
            first = self._options[0][0] if self._options else ""
            self.fields.append((self._select, first if chosen is None else chosen))
            self._select = None
        elif tag == "textarea" and self._textarea:
            self.fields.append((self._textarea, self._text.removeprefix("\n")))
            self._textarea = None


def fields_of(html: str, form_id: str) -> MultiDict[str, str]:
    """Return what a form would send as it stands."""
    reader = _Fields(form_id)
    reader.feed(html)
    assert reader.fields, f"there is no form {form_id}"
    return MultiDict(reader.fields)


@dataclass
class Author:
    """Somebody who writes a survey by the forms of its pages."""

    client: FlaskClient
    copy: str = ""
    answers: list[TestResponse] = field(default_factory=list)

    def begins(self, name: str = "Parks survey", **fields: Any) -> str:
        """Begin a survey with nothing, or as the fields say; returns the address of its working copy."""
        sent = {"source": "nothing", "name": name, "area": DISTRICT} | fields
        self.copy = self._goes("/staff/author", sent)
        return self.copy

    def adds(self, kind: str, text: str, *answers: str, **fields: Any) -> str:
        """Add a question; returns its code."""
        sent = {"type": kind, "text": text, "options": "\n".join(answers)} | fields
        return self._goes(f"{self.copy}/questions", sent).rpartition("/")[2]

    def opens(self, path: str, form_id: str) -> MultiDict[str, str]:
        """Return a form of a page as it stands."""
        page = self.client.get(f"{self.copy}{path}")
        assert page.status_code == 200
        return fields_of(page.get_data(as_text=True), form_id)

    def writes(self, question: str, **words: Any) -> TestResponse:
        """Change fields of a question's form and save it."""
        form = self.opens(f"/question/{question}", "question")
        for name, value in words.items():
            form.setlist(name, value if isinstance(value, list) else [value])
        return self.client.post(f"{self.copy}/question/{question}", data=form)

    def sends(self, path: str, data: dict[str, Any]) -> TestResponse:
        """Press a button that stands on its own."""
        return post(self.client, f"{self.copy}{path}", data)

    def publishes(self) -> TestResponse:
        """Publish the working copy as it is now."""
        page = self.client.get(self.copy).get_data(as_text=True)
        revision = page.partition('name="revision" value="')[2].partition('"')[0]
        return self.sends("/publish", {"revision": revision})

    def _goes(self, path: str, data: dict[str, Any]) -> str:
        answer = post(self.client, path, data)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return answer.headers["Location"]
