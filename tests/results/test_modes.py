"""Channel, style and help together are one way of answering."""

import pytest

from engage.questionnaire.model import ASSISTANCE, CHANNELS, STYLES
from engage.results.modes import MODES, mode_of


@pytest.mark.parametrize(
    ("channel", "style", "assisted", "mode"),
    [
        ("web", "standard", "none", "web"),
        ("outreach", "large_print", "none", "web"),
        ("web", "easy_read", "ambassador", "easy_read"),
        ("outreach", "standard", "ambassador", "with_help"),
        ("phone", "standard", "none", "with_help"),
        ("paper_keyed", "standard", "none", "paper"),
        ("paper_read", "standard", "family", "with_help"),
        ("sms", "standard", "none", "text"),
    ],
)
def test_what_changes_answers_most_names_the_way(channel: str, style: str, assisted: str, mode: str) -> None:
    assert mode_of(channel, style, assisted) == mode


def test_every_way_of_answering_has_a_name() -> None:
    found = {mode_of(channel, style, help_) for channel in CHANNELS for style in STYLES for help_ in ASSISTANCE}
    assert found == set(MODES)


def test_an_unknown_channel_has_none() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        mode_of("pigeon", "standard", "none")
