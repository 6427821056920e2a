"""People who answer by text: what each means to say, how they read a reply, and what ought to be stored of it."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from texts_stage import YES, number_of

#: The word that begins, YES, age, place, how safe, what would help.
STEPS, AGE_STEP, SAFE_STEP = 6, 2, 4
#: How a text may be disturbed on its way; nothing is expected back of a silent one.
RETRY, LATE, CUT_OFF, COPIES, SWAP, SILENT = "retry", "late retry", "cut off", "copies", "swap", "silent"
AGES = ("under-13", "13-15", "16-17", "18-24", "25+")
SAFE = ("very_safe", "fairly_safe", "neither", "fairly_unsafe", "very_unsafe")
HELP = {"A": "adult_listens", "B": "youth_workers", "C": "police_patrols", "D": "lights", "E": "things_to_do"}
PLACES = {"Bulwell": "place:bulwell", "Beeston": "place:beeston", "Arnold": "place:arnold"}
#: What people do, and how many of a hundred.
KINDS = {"finishes": 78, "mumbles": 6, "skips": 4, "stops": 4, "declines": 3, "is a child": 3, "is in danger": 2}
NO = {"en": "NO", "so": "MAYA", "pl": "NIE", "ar": "لا", "ur": "نہیں", "ti": "ኣይፋል"}
STOP = {"en": "STOP", "so": "JOOJI", "pl": "PRZESTAŃ", "ar": "توقف", "ur": "روکیں", "ti": "ደው"}
MUMBLE, DANGER, GO_ON = "4 or 5 or so", "someone has a gun outside", "GO ON"
RECEIPT = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
#: After so many texts something is wrong; ten in a minute are read.
MOST_TEXTS = 9


@dataclass
class Person:
    """Somebody with a phone, what they mean to say, and what they have seen."""

    number: str
    provider: str
    language: str
    kind: str
    #: Signs: age from 1, place, safety from 1, letters of help.
    means: tuple[str, str, str, str]
    #: Distinct texts sent, replies that came for them, and the code of the thanks.
    sent: int = 0
    replies: list[str] = field(default_factory=list)
    receipt: str | None = None
    #: What went wrong, in words without the number.
    faults: list[str] = field(default_factory=list)

    def words(self, step: int) -> str:
        """Return what the person texts at a step."""
        said = (f"LOCAL {self.language}", YES[self.language], *self.means)[step]
        return "SKIP" if self.kind == "skips" and step == STEPS - 1 else said

    def expected(self) -> dict[str, Any] | None:
        """Return what ought to be stored, or None."""
        if self.kind in ("stops", "declines", "is a child"):
            return None
        age, place, safe, letters = self.means
        answers: dict[str, Any] = {"safe_dark": SAFE[int(safe) - 1]}
        if self.kind != "skips":
            answers["would_help"] = sorted(HELP[letter] for letter in letters.split(", "))
        return {
            "language": self.language,
            "age_band": AGES[int(age) - 1],
            "area": PLACES[place],
            "answers": answers,
        }


def people(seed: int, providers: tuple[str, ...]) -> Iterator[Person]:
    """Yield people without end, the same ones for the same seed; the first say all there is in each language."""
    chance = random.Random(seed)
    languages = tuple(YES)
    for at in range(10**7):
        is_first = at < len(languages) * len(providers)
        kind = "finishes" if is_first else chance.choices(tuple(KINDS), tuple(KINDS.values()))[0]
        age = "1" if kind == "is a child" else chance.choice("2345")
        letters = ", ".join(sorted(chance.sample(tuple(HELP), chance.randint(1, 3))))
        means = (age, chance.choice(tuple(PLACES)), chance.choice("12345"), letters)
        provider = providers[at // len(languages) % len(providers)]
        yield Person(number_of(at), provider, languages[at % len(languages)], kind, means)


class Memory:
    """Which step each wording asks for, as the first people of a language saw it."""

    def __init__(self) -> None:
        self._steps: dict[str, int] = {}

    def learn(self, reply: str, step: int) -> None:
        """Keep that a reply asks for a step."""
        self._steps[_core(reply)] = step

    def step_after(self, reply: str) -> int | None:
        """Return the step that a reply asks for, None where it does not say."""
        return self._steps.get(_core(reply))


class Line(Protocol):
    """What carries a person's texts."""

    def send(self, words: str, how: str | None = None) -> str | None:
        """Hand a text on, disturbed in some way or not; return the reply that came."""

    def send_swapped(self, words: str, later: str) -> list[str]:
        """Hand two texts on, the later one first or both at once; return the replies that came."""


def converse(person: Person, line: Line, memory: Memory, disturbances: Iterator[str | None]) -> None:
    """Answer as the person means to, whatever order texts arrive in; ends with the thanks, or as the kind wants."""
    step = 0
    while step < STEPS and person.sent < MOST_TEXTS:
        if _digress(person, step, line):
            return
        how = next(disturbances)
        if how == SWAP and step + 1 < STEPS and person.kind == "finishes":
            replies = line.send_swapped(person.words(step), person.words(step + 1))
        else:
            reply = line.send(person.words(step), None if how == SWAP else how)
            replies = [] if reply is None else [reply]
        if not replies:
            person.faults.append(f"no reply at step {step}")
            return
        if found := RECEIPT.search(" ".join(replies)):
            person.receipt = found.group()
            return
        if person.kind == "is a child" and step == AGE_STEP:
            return
        step = max((known for reply in replies if (known := memory.step_after(reply)) is not None), default=step)
    person.faults.append("never came to the thanks")


def learn(person: Person, line: Line, memory: Memory) -> None:
    """Answer from the first word to the thanks, and remember what each reply asks for."""
    for step in range(STEPS):
        reply = line.send(person.words(step)) or ""
        memory.learn(reply, step + 1)
        if found := RECEIPT.search(reply):
            person.receipt = found.group()


def _digress(person: Person, step: int, line: Line) -> bool:
    """Do what only some people do at some steps; returns whether that was the end."""
    is_first_time = person.sent == SAFE_STEP
    match person.kind:
        case "mumbles" if step == SAFE_STEP and is_first_time:
            line.send(MUMBLE)
        case "is in danger" if step == SAFE_STEP and is_first_time:
            if "999" not in (line.send(DANGER, RETRY) or ""):
                person.faults.append("no numbers to call for somebody in danger")
            line.send(GO_ON)
        case "stops" if step == SAFE_STEP:
            if line.send(STOP[person.language], RETRY) is None:
                person.faults.append("no goodbye")
            if line.send(person.words(step), SILENT) is not None:
                person.faults.append("a reply after STOP")
            return True
        case "declines" if step == 1:
            line.send(NO[person.language])
            return True
    return False


def _core(reply: str) -> str:
    """Return what stays of a reply however it is led in: a question again has another first line."""
    return reply.partition("\n")[2] or reply
