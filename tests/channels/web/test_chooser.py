"""The languages a person likeliest reads come first, and all others are one tap away, in their own names."""

from dataclasses import dataclass

from builders import with_survey
from channels.web.place import Place
from channels.web.tiny import a_questionnaire
from engage.channels.web.chooser import AT_ONCE, FEW, choose_among
from engage.phrases import own_name

ALL = [
    *("en", "ar", "so", "pl", "ur", "ro", "ku", "lt", "pa-Arab", "pa-Guru"),
    *("gu", "fa", "fa-AF", "ps", "ckb", "lv", "zh-Hans", "ti", "ny"),
]


@dataclass(frozen=True)
class Link:
    tag: str
    is_current: bool = False

    @property
    def name(self) -> str:
        return own_name(self.tag)


def links(current: str, tags: list[str] = ALL) -> list[Link]:
    return [Link(tag, tag == current) for tag in tags]


def near(current: str, *accepted: str) -> list[str]:
    return [link.tag for link in choose_among(links(current), accepted, "en").near]


def test_the_one_being_read_comes_first_then_what_the_browser_asks_for() -> None:
    assert near("ti", "lt-LT", "en-GB") == ["ti", "lt", "en", "ar", "so"]
    assert near("en", "zh-CN", "ps") == ["en", "zh-Hans", "ps", "ar", "so"]


def test_without_a_wish_the_order_is_the_surveys_own_behind_the_source() -> None:
    assert near("en") == ALL[:AT_ONCE]
    assert near("ny", "fr", "de") == ["ny", "en", "ar", "so", "pl"]


def test_all_languages_stay_one_tap_away_with_a_sample_of_every_other_script() -> None:
    chooser = choose_among(links("en"), (), "en")
    assert [link.tag for link in chooser.everything] == ALL
    assert [link.tag for link in chooser.samples] == ["pa-Guru", "gu", "zh-Hans", "ti"]


def test_few_languages_are_all_shown_at_once() -> None:
    chooser = choose_among(links("en", ALL[:FEW]), ("lt",), "en")
    assert [link.tag for link in chooser.near] == ALL[:FEW]
    assert (chooser.everything, chooser.samples) == ((), ())


def test_the_start_page_shows_five_and_the_list_of_all(place: Place) -> None:
    languages = {"en": {"review": "source"}} | {tag: {"review": "machine_drafted"} for tag in ALL[1:]}
    with_survey(place.instance, a_questionnaire(languages=languages))
    page = place.someone("tiny").opens("/s/tiny?lang=en").page
    nav = page.select_one("nav.reading")
    assert nav is not None
    shown = nav.select("div > .pills a, nav > .pills a")
    assert [link["hreflang"] for link in shown if not link.find_parent("details")] == ALL[:AT_ONCE]
    listed = nav.select("details .pills a")
    assert [link["hreflang"] for link in listed] == ALL
    assert all(link["lang"] == link["hreflang"] and link.get_text() == own_name(link["lang"]) for link in listed)
    assert nav.select_one("details").has_attr("open") is False
