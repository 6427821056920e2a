"""What anybody may read about a place, in every language, in easy read, and before there is anything."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from builders import WARD
from engage.app import create_app
from reporting.answered import DISTRICT, FAR_WARD, FORCE, NEIGHBOUR, PLACE, a_released_instance, people, safe_day

EASY = {"good_here": ["clubs", "school"], "safe_day": "very_safe", "unsafe_reasons": ["dark"]}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Return somebody who reads the results of a wave of made-up answers."""
    groups = [*safe_day(37, 13, 3), people(13, EASY), people(9, EASY, area=NEIGHBOUR)]
    instance = a_released_instance(tmp_path_factory.mktemp("public"), groups, is_synthetic=True)
    yield create_app(instance).test_client()
    instance.database.close()


def page(reader: FlaskClient, path: str) -> BeautifulSoup:
    """Return a page that is there."""
    answer = reader.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def said(page: BeautifulSoup | None) -> str:
    """Return what is written, in one line."""
    assert page is not None
    return re.sub(r" (?=[.,])", "", " ".join(page.get_text(" ").split()))


def test_before_the_first_release_the_page_says_so_kindly(client: FlaskClient) -> None:
    for path in ("/results/local", f"/results/local/{WARD}", "/results/local?lang=ar&style=easy_read"):
        assert page(client, path).h1
    assert "Nothing has been published yet" in said(page(client, "/results/local?lang=en"))


@pytest.mark.parametrize("path", ["/results/nothing", "/results/nothing/E05012278"])
def test_a_survey_nobody_knows_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("area", ["E05099999", "E06000016", "place:nowhere", "<script>", "%00", "..%2f"])
def test_a_place_nobody_knows_is_not_found(reader: FlaskClient, area: str) -> None:
    assert reader.get(f"/results/local/{area}").status_code == 404


def test_every_place_of_the_survey_is_listed_once(reader: FlaskClient) -> None:
    links = [link["href"] for link in page(reader, "/results/local").main.find_all("a")]
    codes = [re.sub(r".*/results/local/([^?]+).*", r"\1", str(link)) for link in links]
    assert len(codes) == len(set(codes))
    assert {FORCE, DISTRICT, PLACE, WARD, FAR_WARD} <= set(codes)
    assert sum(code.startswith("E05") for code in codes) == 188


def test_a_place_is_found_by_part_of_its_name(reader: FlaskClient) -> None:
    found = page(reader, "/results/local?lang=en&q=CLIFTON east").find(class_="found")
    assert said(found) == "Clifton East Ward, Nottingham"
    assert "found no place" in said(page(reader, "/results/local?lang=en&q=Atlantis"))
    assert "<b>" not in str(page(reader, "/results/local?q=<b>x").main.find(id="q").get("placeholder", ""))
    assert page(reader, "/results/local?q=<b>x").find("b") is None


def test_a_ward_of_its_own_says_how_many_answered_about_it(reader: FlaskClient) -> None:
    words = said(page(reader, f"/results/local/{WARD}/all?lang=en"))
    assert "What people said about Clifton East" in words
    assert "About 65 people answered about Clifton East." in words
    assert "of the people who answered, not of everyone who lives here" in words
    assert "residents" not in words


def test_a_small_ward_says_whose_figures_it_shows(reader: FlaskClient) -> None:
    words = said(page(reader, f"/results/local/{NEIGHBOUR}/all?lang=en"))
    assert "not enough answers about Clifton West alone to show safely" in words
    assert "How safe do you feel outside in Clifton and Wilford in the daytime?" in words


def test_a_place_with_too_few_answers_says_so_and_no_more(reader: FlaskClient) -> None:
    main = page(reader, f"/results/local/{FAR_WARD}/all?lang=en").main
    assert "There are not enough answers to show safely." in said(main)
    assert main.find("table") is None


def test_hidden_answers_are_named_without_a_figure(reader: FlaskClient) -> None:
    answers = page(reader, f"/results/local/{WARD}/all?lang=en").find("table", {"aria-labelledby": "safe_day"})
    unsafe = next(row for row in answers.find_all("tr") if said(row.th) == "Not safe")
    assert said(unsafe.find(class_="said")) == "fewer than 8 people"


def test_easy_read_says_shares_of_ten_people_with_pictures(reader: FlaskClient) -> None:
    shown = page(reader, f"/results/local/{DISTRICT}/all?lang=en&style=easy_read")
    answers = shown.find("table", {"aria-labelledby": "safe_day"})
    assert said(answers.find("tr").find(class_="said")) == "about 8 in 10 people"
    assert answers.find("tr").th.svg
    assert len(answers.find("tr").find(class_="drawn").find_all("circle")) == 10
    assert "in 100" not in said(shown.main)
    assert shown.find(id="violence_causes") is None
    assert "more questions in the long version" in said(shown.main)


@pytest.mark.parametrize("language", ["en", "ar", "pl", "so", "ur"])
@pytest.mark.parametrize("style", ["standard", "easy_read", "large_print"])
def test_every_language_and_style_shows_the_same_figures(reader: FlaskClient, language: str, style: str) -> None:
    shown = page(reader, f"/results/local/{WARD}/all?lang={language}&style={style}")
    assert shown.html["lang"] == language
    assert shown.html["dir"] == ("rtl" if language in ("ar", "ur") else "ltr")
    answers = shown.find("table", {"aria-labelledby": "safe_day"})
    figures = [int(number) for number in re.findall(r"[0-9]+", said(answers.find_all(class_="said")[0].strong))]
    assert sorted(figures) == ([8, 10] if style == "easy_read" else [77, 100])


def test_numbers_stand_apart_from_the_words_around_them(reader: FlaskClient) -> None:
    answers = page(reader, f"/results/local/{WARD}/all?lang=ar").find("table", {"aria-labelledby": "safe_day"})
    assert {bdi.text for bdi in answers.find(class_="said").find_all("bdi")} >= {"77"}


def test_questions_are_in_the_readers_own_language(reader: FlaskClient) -> None:
    english, polish = (
        page(reader, f"/results/local/{WARD}/all?lang={language}").find(id="safe_day") for language in ("en", "pl")
    )
    assert said(english) != said(polish)
    assert "Clifton East" in said(polish)


def test_the_browsers_language_is_taken_where_none_is_asked_for(reader: FlaskClient) -> None:
    answer = reader.get("/results/local", headers={"Accept-Language": "so,en;q=0.5"})
    assert '<html lang="so"' in answer.get_data(as_text=True)


def test_made_up_answers_say_so_on_every_page(reader: FlaskClient) -> None:
    for path in ("/results/local", f"/results/local/{WARD}", f"/results/local/{FAR_WARD}"):
        assert "Everything here is made up" in said(page(reader, f"{path}?lang=en"))


def test_the_title_does_not_say_what_the_survey_is_about(reader: FlaskClient) -> None:
    assert said(page(reader, "/results/local?lang=en").title) == "Local survey"
    assert said(page(reader, f"/results/local/{WARD}/all?lang=en").title) == "Local survey – Clifton East"


def test_a_page_is_light_and_has_no_script(reader: FlaskClient) -> None:
    answer = reader.get(f"/results/local/{DISTRICT}/all?style=easy_read", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) < 20_000
    assert "<script" not in reader.get(f"/results/local/{DISTRICT}").get_data(as_text=True)


def test_a_place_is_first_summed_up_good_things_before_all(reader: FlaskClient) -> None:
    shown = page(reader, f"/results/local/{WARD}?lang=en")
    assert said(shown.h1) == "What people said about Clifton East"
    headings = [said(heading) for heading in shown.main.find_all("h2")]
    assert headings[0] == "What is good here"
    assert headings[-1] == "How to read this"
    row = shown.find("tr", {"id": "safe_day"})
    assert "about 77 in 100" in said(row)
    assert said(row.svg.title).startswith("Safe: about 77 in 100; In between: about 23 in 100; Not safe: fewer than 8")


def test_the_summary_leads_to_every_answer_and_to_its_pdf_and_back(reader: FlaskClient) -> None:
    shown = page(reader, f"/results/local/{WARD}?lang=en")
    links = {said(link): str(link["href"]) for link in shown.find_all("a")}
    whole = page(reader, links["See every question and every answer"])
    assert whole.find("table", {"aria-labelledby": "safe_day"})
    assert said(whole.find("a", string="Back to the summary")) == "Back to the summary"
    for words in ("Take this page away as a PDF", "Easy read as a PDF"):
        made = reader.get(links[words])
        assert (made.status_code, made.mimetype) == (200, "application/pdf")


@pytest.mark.parametrize("area", [WARD, NEIGHBOUR, FAR_WARD, DISTRICT, FORCE, PLACE])
@pytest.mark.parametrize("style", ["standard", "easy_read", "large_print"])
def test_every_place_has_a_summary_to_read_and_to_print(reader: FlaskClient, area: str, style: str) -> None:
    shown = page(reader, f"/results/local/{area}?lang=en&style={style}")
    assert "residents" not in said(shown.main)
    assert "of the people who answered" in said(shown.main) or style == "easy_read"
    assert reader.get(f"/results/local/{area}/summary.pdf?lang=en&style={style}").data.startswith(b"%PDF")


def test_a_summary_is_light_and_has_no_script(reader: FlaskClient) -> None:
    answer = reader.get(f"/results/local/{DISTRICT}", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) < 20_000
    assert "<script" not in reader.get(f"/results/local/{DISTRICT}").get_data(as_text=True)


@pytest.mark.parametrize("page_of", ["", "/all", "/summary.pdf"])
def test_a_summary_of_a_place_nobody_knows_is_not_found(reader: FlaskClient, page_of: str) -> None:
    assert reader.get(f"/results/local/E05099999{page_of}").status_code == 404
    assert reader.get(f"/results/nothing/{WARD}{page_of}").status_code == 404
