"""What a file of translations says, row by row, whatever its format."""

from dataclasses import dataclass

from engage.phrases import Words, plural_rule
from engage.questionnaire.translations import categories_of

#: Bytes of a file.
LARGEST_FILE = 5_000_000
REVIEWED = "reviewed"


class TranslationFileFaulty(Exception):
    """A file that cannot be read as translations; the message says why."""


@dataclass(frozen=True)
class Heading:
    """What a file is of: a language, and the interface or a survey (`interface`, `survey:feeling-safe`)."""

    language: str
    catalogue: str


@dataclass(frozen=True)
class FileRow:
    """What a file says of one key; `place` is where, `mark` what was exported, None where it does not say."""

    place: str
    key: str
    source: Words | None
    words: Words | None
    is_reviewed: bool
    mark: str | None = None
    #: Code of what keeps the row from being read.
    problem: str | None = None


@dataclass(frozen=True)
class TranslationFile:
    """A file that was read; what it does not say of itself is None."""

    language: str | None
    catalogue: str | None
    rows: tuple[FileRow, ...]


def shown_sources(source: Words, language: str) -> Words:
    """Return what stands as the source beside each form of a language: English has words for one and for others."""
    if isinstance(source, str):
        return source
    return tuple(source[0] if category == "one" else source[-1] for category in categories_of(source, language))


def examples(language: str, category: str) -> str:
    """Return numbers of a category, such as `2, 3, 4`."""
    rule = plural_rule(language)
    numbers = [number for number in (*range(1, 130), 0, 1_000_000) if rule(number) == category]
    return ", ".join(f"{number:,}" for number in numbers[:3]) or "1.5"


def clean(text: str) -> str:
    """Return a text without blanks around it, its lines ended in one way."""
    return text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def check_size(content: bytes) -> None:
    """Raise TranslationFileFaulty for a file that is larger than any we write."""
    if len(content) > LARGEST_FILE:
        raise TranslationFileFaulty(f"this file is larger than {LARGEST_FILE // 1_000_000} MB")
