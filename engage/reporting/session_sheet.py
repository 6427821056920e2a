"""The session card: what to say, the survey's own words in a language, what if; as a value, and on one sheet as PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engage.questionnaire.model import Facts, Questionnaire
from engage.questionnaire.wording import Words
from engage.reporting.labels import Labels
from engage.reporting.saying import Sayer
from engage.reporting.session_words import BEFORE, SCRIPT, WHAT_IF, Step
from engage.reporting.typesetting import letters_of, listed, quoted, set_pages

#: Not for somebody to talk to.
EMERGENCY = "999"
#: Help lines named in the spoken script; the card has them all.
_NAMED = 2
#: Between the groups of a number a space that does not break and does not turn round.
_NO_BREAK = "\u00a0"
_LOOKS = """
#set block(spacing: 0.6em)
#set heading(numbering: none)
#show heading.where(level: 1): set text(size: 1.45em)
#show heading.where(level: 2): set text(size: 1.1em)
#show heading: set block(above: 0.8em, below: 0.4em)
#let step(title, words) = block(breakable: false, above: 0.85em, below: 0.85em, grid(columns: (9.5em, 1fr),
  column-gutter: 0.8em, strong(title), words))
#let boxed(body) = block(width: 100%, stroke: 1pt + rgb("#44606f"), inset: 0.6em, radius: 3pt, body)
"""


@dataclass(frozen=True)
class HelpShown:
    """A place to get help: who, for what, the number."""

    name: str
    what: str
    number: str


@dataclass(frozen=True)
class SessionCard:
    """Everything somebody needs who runs a session, in English, beside the survey's own words in one language."""

    title: str
    where: str
    script: Sequence[Step]
    #: Tag of the language that the survey's words are in, its English name, and whether they are a machine's draft.
    language: str
    language_name: str
    is_draft: bool
    intro: str
    consent: str
    help_lines: Sequence[HelpShown]
    before: Sequence[str] = BEFORE
    what_if: Sequence[Step] = WHAT_IF


def card_of(labels: Labels, language_name: str, where: str, organisation: str, results: str) -> SessionCard:
    """Return the card of a survey in the language and style of `labels`; `results` is where they are read."""
    questionnaire = labels.questionnaire
    words = Words.for_facts(questionnaire, Facts(language=labels.language, style=labels.style))
    lines = _help_lines(questionnaire, labels.style)
    named = ", ".join([f"{one.name} {one.number}" for one in lines if one.number != EMERGENCY][:_NAMED])
    values = {"organisation": organisation, "results": results, "lines": named}
    return SessionCard(
        title=str(Labels(questionnaire, labels.tree).title),
        where=where,
        script=[(title, said.format(**values)) for title, said in SCRIPT[_spoken_style(labels.style)]],
        language=labels.language,
        language_name=language_name,
        is_draft=Sayer(labels).is_drafted,
        intro=str(words.find("survey.intro") or ""),
        consent=str(words.find("consent.statement") or ""),
        help_lines=lines,
    )


def sheet_pdf(card: SessionCard, *, at: datetime) -> bytes:
    """Return the card as an accessible PDF that fits on one sheet, printed on both sides."""
    return set_pages("".join(_document(card)), at=at)


def _spoken_style(style: str) -> str:
    return style if style in SCRIPT else "standard"


def _help_lines(questionnaire: Questionnaire, style: str) -> list[HelpShown]:
    """Return the help lines for grown people and for young ones, each once, in plain English."""
    words = Words(questionnaire, questionnaire.default_language, "", style)
    return [
        HelpShown(
            name=str(words.find(f"help.{line.id}.name") or line.id),
            what=str(words.find(f"help.{line.id}.what") or ""),
            number=line.number.replace(" ", _NO_BREAK),
        )
        for line in questionnaire.help_lines
    ]


def _document(card: SessionCard) -> Iterator[str]:
    yield _LOOKS
    yield f"#set document(title: {quoted(f'What to say: {card.where}')})\n"
    yield letters_of("en")
    yield '#set text(size: 11.5pt, fill: rgb("#0b2b40"), hyphenate: false)\n'
    yield '#set page(paper: "a4", margin: (x: 16mm, y: 13mm))\n'
    yield f"#heading(level: 1, {quoted(f'What to say: {card.title}')})\n#par({quoted(card.where)})\n"
    yield f"#boxed(strong({quoted('Danger to life: call 999 now. Worried: tell whoever is on duty today.')}))\n"
    yield f"#heading(level: 2, {quoted('Before')})\n#list{_items(card.before)}\n"
    yield f"#heading(level: 2, {quoted('Say')})\n"
    yield from (f"#step({quoted(title)}, {quoted(said)})\n" for title, said in card.script)
    yield from _own_words(card)
    yield f"#pagebreak()\n#heading(level: 2, {quoted('What if')})\n"
    yield from (f"#step({quoted(title)}, {quoted(said)})\n" for title, said in card.what_if)
    yield f"#heading(level: 2, {quoted('Help lines')})\n"
    yield from (f"#step({quoted(one.number)}, {quoted(f'{one.name}. {one.what}')})\n" for one in card.help_lines)


def _own_words(card: SessionCard) -> Iterator[str]:
    """Yield the survey's introduction and consent in the language they are read out in."""
    draft = "; drafted by machine, no native speaker has checked it" if card.is_draft else ""
    heading = f"The survey’s own words, in {card.language_name}{draft}"
    yield f"#heading(level: 2, {quoted(heading)})\n"
    yield f"#boxed[\n{letters_of(card.language)}#par({quoted(card.intro)})\n#par({quoted(card.consent)})\n]\n"


def _items(items: Sequence[str]) -> str:
    return f"(..{listed([quoted(item) for item in items])})"
