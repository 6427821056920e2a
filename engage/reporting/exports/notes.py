"""Says in plain words what a file of published figures is, so that the file can be read without us."""

from collections.abc import Iterator

from engage.areas import ATTRIBUTION
from engage.reporting.exports.lines import SYNTHETIC
from engage.reporting.exports.taken import Taken
from engage.results.published import HIDDEN, NOTE, OVER, UNDER

#: What each word about quality means, by the rounded base (people).
QUALITY_MEANS = {
    "ok": "50 people or more",
    "care": "30 to 49 people: take care",
    "low": "10 to 29 people: a first sign, no more",
    "not_enough": "too few people to show anything safely",
}
#: What stands before the note that answers are made up.
MADE_UP = "Made up"
_WORDS = (
    ("Figures", f"Shares are {NOTE}, never of everybody who lives there. Taking part was a choice."),
    (
        "Rounding",
        (
            "Every base and count is rounded to the nearest 5 by itself, so counts need not add up to their base. "
            "Shares and intervals are worked out from the rounded counts."
        ),
    ),
    (HIDDEN, "Up to 7 people, nobody included. There is no way to tell them apart."),
    (f"{UNDER}, {OVER}", "A share too near nobody or everybody to be given as a figure."),
    ("low, high", "The ends of the 95 % interval, widened for the rounding."),
    ("care", "Says where half or more of the answers came from one session or venue: do not compare such figures."),
    (
        "shown_for",
        (
            "The area that the figures are of. Where it differs from the row, the row had too few answers of its own "
            "and shows those of the wider area: do not add such rows up."
        ),
    ),
)


def release_notes(taken: Taken) -> Iterator[tuple[str, str]]:
    """Yield heads and sentences about the release and how to read its figures."""
    release = taken.published.release
    if release.synthetic:
        yield MADE_UP, f"These are {SYNTHETIC} for demonstration. They say nothing about any place."
    yield "Survey", f"{taken.labels.title} ({release.survey})"
    yield "Wave", release.wave
    yield "Published", release.published_at.date().isoformat()
    yield "Release", release.release_hash
    yield "Rule", release.rule
    yield from _WORDS
    yield from ((f"quality {word}", meaning) for word, meaning in QUALITY_MEANS.items())
    yield "Areas", ATTRIBUTION
