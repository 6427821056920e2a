"""Faults found in a definition: each names its place, and all come back together."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong: where (a path such as `questions[3].options[0].code`), a stable code, and words."""

    path: str
    code: str
    detail: str

    def __str__(self) -> str:
        return f"{self.path or 'definition'}: {self.detail} ({self.code})"


class DefinitionFaulty(Exception):
    """A definition that cannot be used; `faults` lists everything found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
