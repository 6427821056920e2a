"""People who answer by text: what each means to say, how they read a reply, and what ought to be stored of it."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from texts_stage import YES, number_of

#: The word that begins, YES, age, place, how safe, what would help.
STEPS = 6
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


#: Hands a text of a person on and returns the reply that came: (words, how it is disturbed) → reply.
Sends = Callable[[str, str | None], str | None]


def converse(person: Person, sends: Sends, memory: Memory, disturbances: Iterator[str | None], swaps: Swaps) -> None:
    """Answer as the person means to, whatever order texts arrive in; ends with the thanks, or as the kind wants."""
    step = 0
    while step < STEPS and person.sent < MOST_TEXTS:
        if _digress(person, step, sends):
            return
        words, how = person.words(step), next(disturbances)
        if how == "swap" and step + 1 < STEPS and person.kind == "finishes":
            reply = swaps(words, person.words(step + 1))
        else:
            reply = sends(words, None if how == "swap" else how)
        if reply is None:
            person.faults.append(f"no reply at step {step}")
            return
        if person.kind == "is a child" and step == STEPS - 4:
            return
        if found := RECEIPT.search(reply):
            person.receipt = found.group()
            return
        known = memory.step_after(reply)
        step = step if known is None else known
    person.faults.append("never came to the thanks")


def _digress(person: Person, step: int, sends: Sends) -> bool:
    """Do what only some people do at some steps; returns whether that was the end."""
    match person.kind, step:
        case "mumbles", 4 if person.sent == 4:
            sends(MUMBLE, None)
        case "is in danger", 4 if person.sent == 4:
            if "999" not in (sends(DANGER, "retry") or ""):
                person.faults.append("no numbers to call for somebody in danger")
            sends(GO_ON, None)
        case "stops", 4:
            if sends(STOP[person.language], "retry") is None:
                person.faults.append("no goodbye")
            if sends(person.words(step), "silent") is not None:
                person.faults.append("a reply after STOP")
            return True
        case "declines", 1:
            sends(NO[person.language], None)
            return True
    return False


def _core(reply: str) -> str:
    """Return what stays of a reply however it is led in: a question again has another first line."""
    return reply.partition("\n")[2] or reply
