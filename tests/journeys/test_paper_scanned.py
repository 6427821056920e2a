"""From the printer to the database: fifty people's sheets go through a scanner in a heap, and every form is counted."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from builders import with_survey
from engage.channels.paper.forms_read import open_sheets_of, store_form
from engage.collection.scan_pages import list_unfinished
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.model import Questionnaire
from engage.response.serials import response_id_of, spoken
from engage.storage import responses, scans
from engage.storage.instance import Instance
from questionnaire.tiny import a_document, a_question, options
from scanner import as_jpeg, as_pdf, as_tiff, print_forms_of, scanned_pages
from scanning import pictures, read_scans, send_scans
from staffing import signed_in, text_of

PEOPLE = 50
Ticks = Mapping[str, Collection[str]]


@pytest.fixture
def small_survey() -> Questionnaire:
    """Return a survey that takes two sheets in large print, the back of the second one blank."""
    questions = [a_question("age_band", "age_band")]
    questions += [a_question(f"about_{at}", options=options("a_lot", "a_bit", "not", "never")) for at in range(8)]
    questions += [a_question("several", "multiple_choice", options=options("one", "two", "three", "four", "five"))]
    return parse_definition(a_document(*questions, slug="small", code="small"))


def answers_of_people(chance: Random) -> list[dict[str, list[str]]]:
    """Return what everybody ticks: each page has something on it."""
    ticked = []
    for _ in range(PEOPLE):
        answers = {f"about_{at}": [chance.choice(("a_lot", "a_bit", "not", "never"))] for at in range(8)}
        answers["several"] = sorted(chance.sample(("one", "two", "three", "four", "five"), chance.randint(1, 5)))
        ticked.append({"consent": ["yes"], "age_band": ["25-34"], "assisted": ["none"]} | answers)
    return ticked


def expected(ticks: Ticks) -> dict[str, object]:
    single = {question: next(iter(codes)) for question, codes in ticks.items() if question.startswith("about_")}
    order = ("one", "two", "three", "four", "five")
    return single | {"several": sorted(ticks["several"], key=order.index)}


def settle_like_a_person(instance: Instance, truth: Mapping[str, Ticks]) -> int:
    """Store the forms that wait, with what a person sees on their sheets; returns how many waited."""
    with instance.database.writing() as session:
        waiting = scans.list_forms(session, "review")
        for form in waiting:
            sheets = open_sheets_of(session, form.serial)
            assert sheets is not None
            keyed = replace(sheets.read.form, consent=True, age_band="25-34", answers=expected(truth[form.serial]))
            store_form(session, instance.settings.keys, sheets, keyed, by="reviewer", now=instance.now())
    return len(waiting)


def test_a_heap_of_two_sided_sheets_becomes_one_response_for_each_whole_form(
    instance: Instance, small_survey: Questionnaire
) -> None:
    from engage.app import create_app

    chance = Random(50)
    with_survey(instance, small_survey)
    layout, serials, pdf = print_forms_of(instance, "small", PEOPLE, "large_print")
    assert len(layout.pages) == 3
    ticks = answers_of_people(chance)
    forms = [[*pages, np.full_like(pages[0], 250)] for pages in scanned_pages(pdf, layout, ticks)]
    sheets = [(person, half) for person in range(PEOPLE) for half in (0, 1)]
    lost = [(7, 0), (19, 1), (33, 1)]
    heap = [sheet for sheet in sheets if sheet not in lost] + [(2, 0), (40, 1)]
    chance.shuffle(heap)
    sides = []
    for person, half in heap:
        front, back = forms[person][2 * half : 2 * half + 2]
        turned = chance.choice((0, 2))
        sides += [np.rot90(front, turned), np.rot90(back, turned)]

    client = signed_in(create_app(instance), "ambassador")
    files = [(as_pdf(sides[:100]), "first.pdf"), (as_tiff(sides[100:-1]), "rest.tiff"), (as_jpeg(sides[-1]), "1.jpg")]
    sent = send_scans(client, *files)
    read_scans(instance, sent)

    in_doubt = settle_like_a_person(instance, dict(zip(serials, ticks, strict=True)))
    half_lost = {serials[person]: ((1, 2), (3,))[half] for person, half in lost}
    with instance.database.reading() as session:
        kept = {serial: responses.get(session, response_id_of(serial)) for serial in serials}
        assert {form.serial: form.missing for form in list_unfinished(session)} == half_lost
        assert scans.count_forms(session) == {"collecting": 3, "done": 47}
    assert {serial for serial, response in kept.items() if response is None} == set(half_lost)
    assert in_doubt <= PEOPLE // 4
    for serial, person in zip(serials, ticks, strict=True):
        response = kept[serial]
        assert response is None or response.answers == expected(person)
    page = text_of(client.get(sent.headers["Location"]))
    assert page.count("Came before; counted once.") == 3
    assert page.count("Blank side.") == 49
    lacking = text_of(client.get("/staff/scans"))
    assert f"{spoken(serials[7])} Pages 1, 2 missing; page 3 here" in lacking
    assert f"{spoken(serials[19])} Page 3 missing; pages 1, 2 here" in lacking
    assert all(name.endswith(".page") for name in pictures(instance))
