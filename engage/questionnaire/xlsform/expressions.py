"""Takes an XLSForm expression (XPath 1.0 with `${question}`) apart, or says at which piece it makes no sense."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

#: Characters of an expression, and brackets within brackets.
LONGEST = 30_000
MOST_NESTED = 60
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"[^"]*"|'[^']*')
  | (?P<reference>\$\{\s*[^}{\s]+\s*\})
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<sign><=|>=|!=|//|::|\.\.|[=<>()\[\],./+*|@-])
  | (?P<name>[^\W\d][\w.-]*(?::(?!:)[^\W\d][\w.-]*)?)
    )""",
    re.VERBOSE,
)
_COMPARING = frozenset({"=", "!=", "<", "<=", ">", ">="})
_CALCULATING = frozenset({"+", "-", "*", "|", "div", "mod"})
#: What word processors put in the place of plain quotation marks.
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})


class ExpressionFaulty(Exception):
    """An expression that cannot be taken, with the piece that is the reason."""

    def __init__(self, piece: str, reason: str) -> None:
        super().__init__(f"“{piece}”: {reason}" if piece else reason)


@dataclass(frozen=True)
class Part:
    """A part of an expression.

    `kind` is text, number, reference, self, path, call, compare, calculate, and, or; `value` the text, name or
    sign; `piece` what was written; `in_brackets` says that brackets of its own were around it.
    """

    kind: str
    value: str = ""
    parts: tuple["Part", ...] = ()
    piece: str = ""
    in_brackets: bool = False

    def is_call(self, name: str, arguments: int) -> bool:
        """Say whether this calls a function with so many arguments."""
        return self.kind == "call" and self.value == name and len(self.parts) == arguments


def parse_expression(text: str) -> Part:
    """Return the parts of an expression. Raises ExpressionFaulty."""
    if len(text) > LONGEST:
        raise ExpressionFaulty(text[:40], f"longer than {LONGEST} characters")
    reader = _Reader(text.translate(_QUOTES))
    part = reader.either(0)
    if reader.sign:
        raise ExpressionFaulty(reader.rest(), "expected the end, or an operator before this")
    return part


def names_in(part: Part) -> Sequence[str]:
    """Return the questions an expression looks at."""
    own = [part.value] if part.kind == "reference" else []
    return [*own, *(name for inner in part.parts for name in names_in(inner))]


class _Reader:
    """Walks over an expression; `kind` and `sign` are what stands next, empty at the end."""

    def __init__(self, text: str) -> None:
        self._text = text.rstrip()
        self._end = 0
        self._start = 0
        self._before = 0
        self.kind = self.sign = ""
        self._advance()

    def rest(self) -> str:
        return self._text[self._start : self._start + 40]

    def either(self, depth: int) -> Part:
        return self._chain("or", depth)

    def _chain(self, word: str, depth: int) -> Part:
        start = self._start
        parts = [self._both_or_compared(word, depth)]
        while self.kind == "name" and self.sign == word:
            self._advance()
            parts.append(self._both_or_compared(word, depth))
        return parts[0] if len(parts) == 1 else Part(word, "", tuple(parts), self._piece(start))

    def _both_or_compared(self, word: str, depth: int) -> Part:
        return self._chain("and", depth) if word == "or" else self._compared(depth)

    def _compared(self, depth: int) -> Part:
        start = self._start
        part = self._calculated(depth)
        while self.kind == "sign" and self.sign in _COMPARING:
            sign = self.sign
            self._advance()
            part = Part("compare", sign, (part, self._calculated(depth)), self._piece(start))
        return part

    def _calculated(self, depth: int) -> Part:
        start = self._start
        part = self._negated(depth)
        while self.sign in _CALCULATING and self.kind in ("sign", "name"):
            sign = self.sign
            self._advance()
            part = Part("calculate", sign, (part, self._negated(depth)), self._piece(start))
        return part

    def _negated(self, depth: int) -> Part:
        start = self._start
        minus = 0
        while self.sign == "-" and self.kind == "sign":
            minus += 1
            self._advance()
        part = self._stepped(depth)
        if not minus:
            return part
        if minus == 1 and part.kind == "number" and not part.in_brackets:
            return Part("number", f"-{part.value}", (), self._piece(start))
        return Part("calculate", "-", (part,), self._piece(start))

    def _stepped(self, depth: int) -> Part:
        start = self._start
        part = self._primary(depth)
        while self.kind == "sign" and self.sign in ("/", "//", "["):
            inner = self._predicate(depth) if self.sign == "[" else self._step(depth)
            part = Part("path", "", (part, *inner), self._piece(start))
        return part

    def _predicate(self, depth: int) -> tuple[Part, ...]:
        self._advance()
        inner = self.either(self._deeper(depth))
        self._take("]")
        return (inner,)

    def _step(self, depth: int) -> tuple[Part, ...]:
        self._advance()
        return (self._primary(depth, is_step=True),)

    def _primary(self, depth: int, *, is_step: bool = False) -> Part:
        start, kind, sign = self._start, self.kind, self.sign
        if not sign:
            raise ExpressionFaulty(self._text[-40:], "the expression ends too early")
        if kind == "sign" and sign in ("/", "//") and not is_step:
            return Part("path", "", self._step(depth), self._piece(start))
        self._advance()
        if kind == "text":
            return Part("text", sign[1:-1], (), self._piece(start))
        if kind == "number":
            return Part("number", sign, (), self._piece(start))
        if kind == "reference":
            return Part("reference", sign[2:-1].strip().removeprefix("last-saved#"), (), self._piece(start))
        if kind == "name":
            return self._named(sign, start, depth)
        return self._signed(sign, start, depth, is_step=is_step)

    def _named(self, name: str, start: int, depth: int) -> Part:
        if self.sign == "::":
            self._advance()
            return Part("path", "", (self._primary(depth, is_step=True),), self._piece(start))
        if self.sign != "(":
            return Part("path", name, (), self._piece(start))
        self._advance()
        arguments: list[Part] = []
        while self.sign != ")":
            if arguments:
                self._take(",")
            arguments.append(self.either(self._deeper(depth)))
        self._advance()
        return Part("call", name, tuple(arguments), self._piece(start))

    def _signed(self, sign: str, start: int, depth: int, *, is_step: bool) -> Part:
        if sign == "(":
            inner = self.either(self._deeper(depth))
            self._take(")")
            return replace(inner, in_brackets=True, piece=self._piece(start))
        if sign == "." and not is_step:
            return Part("self", "", (), self._piece(start))
        if sign in (".", "..", "*"):
            return Part("path", sign, (), self._piece(start))
        if sign == "@":
            return Part("path", "@", (self._primary(depth, is_step=True),), self._piece(start))
        raise ExpressionFaulty(self._text[start : start + 40], f"{sign} cannot stand here")

    def _deeper(self, depth: int) -> int:
        if depth >= MOST_NESTED:
            raise ExpressionFaulty(self.rest(), "too many brackets within brackets")
        return depth + 1

    def _take(self, sign: str) -> None:
        if self.sign != sign:
            raise ExpressionFaulty(self.rest() or self._text[-40:], f"expected {sign} here")
        self._advance()

    def _piece(self, start: int) -> str:
        return self._text[start : self._before].strip()

    def _advance(self) -> None:
        self._before = self._end
        if self._end >= len(self._text):
            self._start, self.kind, self.sign = len(self._text), "", ""
            return
        found = _TOKEN.match(self._text, self._end)
        if found is None:
            raise ExpressionFaulty(self._text[self._end : self._end + 40].strip(), "this is no part of an expression")
        self.kind = str(found.lastgroup)
        self.sign = found[self.kind]
        self._start, self._end = found.start(self.kind), found.end()
