"""Puts the languages that a person likeliest reads before all others, so that nobody has to read to find theirs."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from engage.channels.web.reader import preferred

#: Languages shown at once on a phone, before the list of all.
AT_ONCE = 5
#: With no more languages than this, all are shown at once.
FEW = 7
#: Names shown beside the way to the full list, each in another script, so that it is known for what it is.
MOST_SAMPLES = 4


class Offered(Protocol):
    """A language to choose, in its own name."""

    @property
    def tag(self) -> str:
        """Return the language's tag (BCP 47)."""

    @property
    def name(self) -> str:
        """Return its own name."""

    @property
    def is_current(self) -> bool:
        """Say whether it is the one being read."""


Link = TypeVar("Link", bound=Offered)


@dataclass(frozen=True)
class Chooser(Generic[Link]):
    """The languages shown at once, and all of them where there are more."""

    near: tuple[Link, ...]
    everything: tuple[Link, ...] = ()
    #: Of those not shown at once, one for each further script.
    samples: tuple[Link, ...] = ()


def choose_among(links: Sequence[Link], accepted: Iterable[str], source: str) -> Chooser[Link]:
    """Return the languages with those first that this person likeliest reads.

    The one being read, those the browser asks for, the one the survey is written in, then the survey's own order:
    whoever runs it names first what is spoken most where it is asked.
    """
    if len(links) <= FEW:
        return Chooser(tuple(links))
    tags = [link.tag for link in links]
    wanted = [link.tag for link in links if link.is_current]
    wanted += [preferred([tag], tags, source) for tag in accepted]
    first = list(dict.fromkeys([*wanted, source, *tags]))[:AT_ONCE]
    near = tuple(sorted((link for link in links if link.tag in first), key=lambda link: first.index(link.tag)))
    return Chooser(near, tuple(links), _samples(near, links))


def _samples(near: Iterable[Link], links: Iterable[Link]) -> tuple[Link, ...]:
    seen = {_script(link.name) for link in near}
    found = {_script(link.name): link for link in reversed(tuple(links)) if _script(link.name) not in seen}
    return tuple(found.values())[::-1][:MOST_SAMPLES]


def _script(name: str) -> str:
    """Return the script of a name: the first word of its first letter's own name (LATIN, ARABIC, ETHIOPIC, …)."""
    return unicodedata.name(name[0]).partition(" ")[0]
