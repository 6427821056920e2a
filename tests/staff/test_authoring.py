"""Writing a survey: what is typed comes back, nobody overwrites anybody, what was answered keeps its codes."""

import json
from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask

from builders import a_door, a_submission
from engage.collection import authoring
from engage.collection.fieldwork import count_fieldwork
from engage.collection.receive import receive_submission
from engage.collection.surveys import set_wave_state
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.document import to_document
from engage.questionnaire.library import read_library_survey
from engage.storage import questionnaires, responses, working_copies
from engage.storage.instance import Instance
from staff.authored import Author, fields_of
from staffing import csrf_token, signed_in, text_of

LIBRARY = read_library_survey("feeling-safe")


@pytest.fixture
def author(app: Flask) -> Author:
    """Return an analyst at the editor."""
    return Author(signed_in(app, "analyst"))


def document_of(app: Flask, author: Author) -> dict[str, object]:
    instance: Instance = app.extensions["engage"]
    with instance.database.reading() as session:
        return authoring.find(session, UUID(author.copy.rpartition("/")[2])).document


def test_the_library_survey_opened_and_saved_everywhere_comes_back_to_the_letter(app: Flask, author: Author) -> None:
    author.begins(source="survey:feeling-safe")
    before = document_of(app, author)
    for question in ("unsafe_reasons", "ethnic_asian", "communities"):
        assert author.writes(question).status_code == 303
    paths = {
        "/help-lines": "help-lines",
        "/scale/safety": "scale",
        "/head": "head",
        "/question/ethnic_asian/condition": "condition",
    }
    for path, form in paths.items():
        assert author.client.post(author.copy + path, data=author.opens(path, form)).status_code == 303
    assert parse_definition(document_of(app, author)) == parse_definition(before)
    assert "Nothing differs" in text_of(author.client.get(f"{author.copy}/compare"))


def test_answers_are_added_moved_taken_out_and_brought_back(app: Flask, author: Author) -> None:
    author.begins()
    code = author.adds("single_choice", "Do you use the park?", "Yes", "No")
    author.writes(code, **{"more-o": "Now and then\nIt is closed", "o0:label@large_print": "YES"})
    author.writes(code, act="down:o0", **{"o1:exclusive": "yes"})
    author.writes(code, act="remove:o2")
    question = document_of(app, author)["questions"][-1]  # type: ignore[index]
    assert question["options"] == [
        {"code": "no", "label": "No", "exclusive": True},
        {"code": "yes", "label": "Yes", "label@large_print": "YES"},
        {"code": "closed", "label": "It is closed"},
    ]
    page = author.client.get(author.copy).get_data(as_text=True)
    revision = fields_of(page.replace("/undo", '/undo" id="undo'), "undo")["revision"]
    assert author.sends("/undo", {"revision": revision}).status_code == 303
    assert len(document_of(app, author)["questions"][-1]["options"]) == 4  # type: ignore[index]


def test_two_authors_on_one_question_lose_nothing(app: Flask, author: Author) -> None:
    author.begins()
    code = author.adds("short_text", "What is it called?")
    other = author.adds("number", "How many?")
    mine = author.opens(f"/question/{code}", "question")
    theirs = Author(signed_in(app, "coordinator"), author.copy)
    assert theirs.writes(code, **{"w:text": "Which name has it?"}).status_code == 303
    assert theirs.writes(other, **{"w:hint": "A guess will do."}).status_code == 303
    mine["w:text"] = "How do people call it?"
    answer = author.client.post(f"{author.copy}/question/{code}", data=mine)
    assert answer.status_code == 409
    said = text_of(answer)
    assert "coordinator@example.org" in said
    assert "Which name has it?" in said
    assert "How do people call it?" in said
    again = fields_of(answer.get_data(as_text=True).replace(f'action="{author.copy}/question', 'id="mine" x="'), "mine")
    assert author.client.post(f"{author.copy}/question/{code}", data=again).status_code == 303
    questions = document_of(app, author)["questions"]
    assert [(question["text"], question.get("hint")) for question in questions[-2:]] == [  # type: ignore[index]
        ("How do people call it?", None),
        ("How many?", "A guess will do."),
    ]


def test_a_question_removed_meanwhile_leaves_what_was_typed_on_the_page(author: Author) -> None:
    author.begins()
    code = author.adds("short_text", "What is it called?")
    mine = author.opens(f"/question/{code}", "question")
    author.sends(f"/questions/{code}", {"act": "remove"})
    mine["w:text"] = "Something long that took me an hour"
    answer = author.client.post(f"{author.copy}/question/{code}", data=mine)
    assert answer.status_code == 409
    assert "Something long that took me an hour" in text_of(answer)


def test_what_was_answered_is_locked_and_editing_begins_the_next_version(app: Flask, author: Author) -> None:
    instance: Instance = app.extensions["engage"]
    with instance.database.writing() as session:
        receive_submission(session, a_door(instance), a_submission({"would_help": ["lights"]}))
    author.begins(source="survey:feeling-safe")
    author.writes("would_help", id="other_name", type="number", **{"o6:code": "lamps", "o6:label": "Lamps"})
    answer = author.publishes()
    assert answer.status_code == 303
    with instance.database.reading() as session:
        old, new = (questionnaires.get(session, "feeling-safe", version) for version in (1, 2))
        assert working_copies.list_all(session) == []
    assert old == LIBRARY or to_document(old)["questions"] == to_document(LIBRARY)["questions"]
    changed = new.question("would_help")
    assert changed.type == "multiple_choice"
    assert changed.options[6].code == "lights"
    said = text_of(author.client.get(answer.headers["Location"]))
    assert "Version 1" in said
    assert "answered: locked" in said
    assert "analyst@example.org" in said
    assert "The option “Better street lights” changed from “Better street lights” to “Lamps”" in said


def test_of_two_copies_of_one_version_the_second_is_told_of_the_first(app: Flask, author: Author) -> None:
    author.begins()
    author.adds("number", "How many?")
    assert author.publishes().status_code == 303
    first = author.begins(source="survey:parks-survey")
    author.adds("number", "How old?")
    second = author.begins(source="survey:parks-survey")
    author.adds("date", "When was it?")
    author.copy = first
    assert author.publishes().status_code == 303
    author.copy = second
    refused = author.publishes()
    assert refused.status_code == 422
    assert "Version 2 came out since this copy was begun" in text_of(refused)
    assert author.sends("/publish", {"revision": "2", "over": "2"}).status_code == 303
    with app.extensions["engage"].database.reading() as session:
        assert questionnaires.versions_of(session, "parks-survey") == [1, 2, 3]


def test_pilot_answers_never_count_and_the_pilot_goes_on_with_the_next_version(app: Flask, author: Author) -> None:
    instance: Instance = app.extensions["engage"]
    author.begins()
    code = author.adds("single_choice", "Do you use the park?", "Yes", "No")
    assert author.publishes().status_code == 303
    coordinator = Author(signed_in(app, "coordinator"), "/staff/surveys/parks-survey")
    assert coordinator.sends("/waves", {"wave": "2026-w", "state": "pilot"}).status_code == 303
    sent = a_submission({code: "yes"}, survey="parks-survey", area="E06000018", area_relation=[])
    assert app.test_client().post("/api/v1/submissions", json=sent).status_code == 201
    author.begins(source="survey:parks-survey")
    author.adds("single_choice", "Is it clean?", "Yes", "No")
    assert author.publishes().status_code == 303
    assert coordinator.sends("/waves", {"wave": "2026-w", "state": "pilot"}).status_code == 303
    with instance.database.reading() as session:
        (count,) = count_fieldwork(session, "parks-survey")
    assert count.wave.version == 2
    assert sum(count.replies.values()) == 0
    assert "1 pilot reply" in text_of(coordinator.client.get("/staff/surveys/parks-survey"))
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        for state in ("open", "closed"):
            set_wave_state(session, keys, "parks-survey", "2026-w", state, actor="test", now=now)
        assert list(responses.of_wave(session, "parks-survey", "2026-w")) == []


def test_a_help_line_whose_number_changed_has_yet_to_be_tried(app: Flask, author: Author) -> None:
    author.begins()
    instance: Instance = app.extensions["engage"]
    with instance.database.writing() as session:
        tried = {
            **document_of(app, author),
            "help_lines": [{"id": "a", "number": "1", "name": "A", "checked_on": "2026-11-01"}],
        }
        copy_id = UUID(author.copy.rpartition("/")[2])
        authoring.change(session, copy_id, lambda _: tried, "tried", "test", instance.now())
    form = author.opens("/help-lines", "help-lines")
    form["new:name"], form["new:number"], form["new:what"] = "Youth line", "0800 5", "Somebody listens."
    author.client.post(f"{author.copy}/help-lines", data=form)
    form = author.opens("/help-lines", "help-lines")
    form["h0:number"], form["act"] = "2", "down:h0"
    author.client.post(f"{author.copy}/help-lines", data=form)
    lines = document_of(app, author)["help_lines"]
    assert [(line["name"], line["number"], line["checked_on"]) for line in lines] == [  # type: ignore[attr-defined]
        ("Youth line", "0800 5", None),
        ("A", "2", None),
    ]


def test_what_keeps_a_copy_from_being_published_is_named_with_its_field(author: Author) -> None:
    author.begins()
    code = author.adds("single_choice", "Do you use the park?", "Yes")
    author.adds("long_text", "What would you change?")
    author.writes(code, **{"w:text": "", "w:hint": "In {somewhere}", "sensitive": "yes"})
    page = author.client.get(author.copy).get_data(as_text=True)
    assert f"/question/{code}#w:text" in page
    assert f"/question/{code}#w:hint" in page
    assert "name who looks after it" in page
    assert "say in a note above it that it can be skipped" in page
    assert author.publishes().status_code == 422
    assert "once what is to put right is right" in text_of(author.client.get(f"{author.copy}/question/{code}"))


def test_every_kind_of_question_is_previewed_as_it_is_met(author: Author) -> None:
    author.begins()
    kinds = ("single_choice", "multiple_choice", "scale", "ranking", "number", "date", "short_text", "drawing", "note")
    codes = {kind: author.adds(kind, "A lamp or a bench?", "A lamp", "A bench") for kind in kinds} | {"area": "area"}
    for form, shown in {"phone": "srcdoc=", "paper": "data:image/png", "text": "plain letters"}.items():
        unseen = [kind for kind, code in codes.items() if shown not in page_of(author, code, form)]
        assert unseen == (["drawing", "note"] if form == "text" else [])
    assert "Nobody is asked this by text message" in page_of(author, codes["drawing"], "text")


def page_of(author: Author, code: str, form: str) -> str:
    return author.client.get(f"{author.copy}/question/{code}?form={form}").get_data(as_text=True)


def test_a_preview_follows_what_is_typed_before_it_is_saved(app: Flask, author: Author) -> None:
    author.begins()
    code = author.adds("single_choice", "Do you use the park?", "Yes", "No")
    form = author.opens(f"/question/{code}", "question")
    form["w:text"] = "Do you go to the park?"
    shown = author.client.post(f"{author.copy}/question/{code}/preview", data=form)
    assert "Do you go to the park?" in shown.get_data(as_text=True)
    assert document_of(app, author)["questions"][-1]["text"] == "Do you use the park?"  # type: ignore[index]


def test_translations_of_a_copy_have_their_state_and_reach_the_survey(app: Flask, author: Author) -> None:
    instance: Instance = app.extensions["engage"]
    author.begins()
    code = author.adds("single_choice", "Do you use the park?", "Yes", "No")
    assert author.sends("/languages", {"tag": "ar"}).status_code == 303
    words = author.opens("/words/ar", "words")
    assert words["w:age_band.text"]
    words[f"w:{code}.text"], words[f"r:{code}.text"] = "هل تستخدم الحديقة؟", "yes"
    assert author.client.post(f"{author.copy}/words/ar", data=words).status_code == 303
    assert "reviewed by analyst@example.org" in text_of(author.client.get(f"{author.copy}/words/ar"))
    assert author.publishes().status_code == 303
    with instance.database.reading() as session:
        stored = questionnaires.get(session, "parks-survey")
    assert stored.language("ar").wording[f"{code}.text"] == "هل تستخدم الحديقة؟"


def test_files_come_in_and_go_out_and_what_is_wrong_with_one_has_its_place(app: Flask, author: Author) -> None:
    source = replace(LIBRARY, slug="other", code="other", languages=LIBRARY.languages[:1])
    document = to_document(source)

    def sent(content: bytes, name: str) -> str:
        data = {"csrf_token": csrf_token(author.client, "/staff/author"), "source": "file"}
        answer = author.client.post("/staff/author", data=data | {"file": (BytesIO(content), name)})
        author.copy = answer.headers.get("Location", "")
        return text_of(answer)

    sent(json.dumps(document).encode(), "survey.json")
    assert parse_definition(document_of(app, author)) == source
    book = author.client.get(f"{author.copy}/file.xlsx").get_data()
    assert "other: Look at" not in sent(book, "survey.xlsx")
    assert parse_definition(document_of(app, author)) == source
    document["questions"][3]["type"] = "riddle"
    assert "questions[3].type" in sent(json.dumps(document).encode(), "survey.json")
    assert "survey" in sent(b"PK\x03\x04 no workbook at all", "survey.xlsx")
    assert author.copy == ""
