"""Pages that are kept say exactly what they would say if they were written for this person alone."""

import re

import pytest

from channels.web.place import Place
from channels.web.respondent import Respondent
from engage.channels.web import alike, consent, questions, start


def as_written(person: Respondent) -> str:
    """Return the page in front of a person without the token in its form."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", person.text)


@pytest.mark.parametrize("style", ["standard", "easy_read"])
def test_a_kept_page_is_the_page_written_for_one_person(
    place: Place, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    alike._pages.clear()
    place.someone().starts(style=style).agrees(age_band="16-17").skips_the_rest()
    kept = len(alike._pages)
    assert kept > 10
    person = place.someone().starts(style=style).agrees(age_band="16-17")
    while not person.is_at_check:
        from_kept = as_written(person.opens(person.address))
        with monkeypatch.context() as alone:
            alone.setattr(questions, "is_alike", lambda _asked: False)
            assert as_written(person.opens(person.address)) == from_kept
        person.skips()
    assert len(alike._pages) == kept


def test_a_kept_page_names_the_place_somebody_told_about(place: Place) -> None:
    for area, name in (("E07000173", "Gedling"), ("E07000172", "Broxtowe")):
        person = place.someone().starts().agrees().presses("next", district=area).presses("next", area=area)
        while "in the daytime" not in person.text:
            person.skips()
        assert f"outside in {name} in the daytime" in person.text
        assert "\ue000" not in person.text


def test_nothing_that_somebody_answered_is_kept(place: Place) -> None:
    alike._pages.clear()
    person = place.someone().starts().agrees().skips_to(5)
    address = person.address
    answer = person.page.select("main input[type=radio]")[1]["value"]
    person.presses("next", answer=str(answer))
    person.opens(address)
    assert person.page.select_one(f'input[value="{answer}"][checked]') is not None
    assert not any(
        " checked>" in text for page in alike._pages.values() for text in (*page.texts, *page.choices.values())
    )


@pytest.mark.parametrize(
    "address", ["/s/local", "/s/local?lang=ur&style=easy_read", "/s/local/1?lang=so&style=standard"]
)
def test_the_first_pages_are_kept_without_the_token_of_whoever_read_them_first(
    place: Place, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    alike._pages.clear()
    first, second = place.someone().opens(address), place.someone().opens(address)
    [kept] = alike._pages.values()
    tokens = [str(person.page.select_one("input[name=csrf_token]")["value"]) for person in (first, second)]
    assert tokens[0] != tokens[1]
    assert not any(token in text for token in tokens for text in kept.texts)
    for module in (start, consent):
        monkeypatch.setattr(module, "is_first_look", lambda _visit: False)
    assert as_written(second) == as_written(place.someone().opens(address))
