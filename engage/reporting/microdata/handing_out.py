"""Hands row-level data out: for a reason that is kept, with its rows counted, and never before it is on record."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO

from engage.phrases import SOURCE_LANGUAGE
from engage.reporting.labels import Labels
from engage.reporting.microdata.files import FORMATS, Rows, write_codebook
from engage.reporting.microdata.rows import AREA_DETAILS, values_of
from engage.reporting.microdata.variables import variables_of
from engage.reporting.planning import release_plan
from engage.storage import areas, audit, questionnaires, responses, waves
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.waves import Wave

#: What the audit log calls it.
HANDED_OUT = "microdata.handed_out"
#: Bytes of a file read at once.
_AT_ONCE = 1_000_000
#: Letters of a reason; fewer say nothing.
SHORTEST_REASON, LONGEST_REASON = 10, 500
#: Rows between two words of how far it is.
_TOLD_EVERY = 500

#: Says how far it is: (rows done, rows there are).
Progress = Callable[[int, int], None]


class MicrodataRefused(Exception):
    """Row-level data is not handed out; the code and the message say why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Handout:
    """What somebody asks for: a wave's rows in one of FORMATS, and what for."""

    survey: str
    wave: str
    form: str
    reason: str
    #: One of AREA_DETAILS: areas no closer than the district, unless the wards are needed.
    areas: str = "district"
    language: str = SOURCE_LANGUAGE


@dataclass(frozen=True)
class MicrodataFile:
    """A file as it is handed out; `alone` of its rows are the only one with their area and demographics."""

    name: str
    media_type: str
    #: At its beginning; large ones lie on disk, where they have no name.
    content: BinaryIO
    rows: int = 0
    alone: int = 0


def check_handout(session: Session, asked: Handout) -> int:
    """Return how many rows would be handed out. Raises MicrodataRefused where none would."""
    _check(asked)
    _wave(session, asked.survey, asked.wave)
    stored = sum(responses.count_by_channel(session, asked.survey, asked.wave).values())
    if not stored:
        raise MicrodataRefused("no_rows", f"wave {asked.wave} has no answers")
    return stored


def hand_out(
    instance: Instance, asked: Handout, *, by: str, progress: Progress = lambda _done, _total: None
) -> MicrodataFile:
    """Return row-level data once it is in the audit log who took it and what for. Raises MicrodataRefused.

    Left out are ids, receipts, serials, who keyed it, session or venue, and everything in own words; the time
    is a day and a band of duration, and the order of rows says nothing.
    """
    with instance.database.snapshot() as session:
        stored = check_handout(session, asked)
        form = FORMATS[asked.form]
        written = form.write(_read(session, asked, stored, progress))
    if written.rows != stored:
        written.content.close()
        raise MicrodataRefused("row_count_differs", f"the file has {written.rows} rows, the database {stored}")
    progress(stored, stored)
    _record(instance, asked, written.content, stored, by)
    name = f"{asked.survey}-{asked.wave}-rows.{asked.form}"
    return MicrodataFile(name, form.media_type, written.content, stored, written.alone)


def hand_out_codebook(
    session: Session, survey: str, wave: str | None, language: str = SOURCE_LANGUAGE
) -> MicrodataFile:
    """Return what the variables of row-level data mean; it holds no answer. Raises MicrodataRefused."""
    found = _wave(session, survey, wave) if wave else None
    labels = _labels(session, survey, found.version if found else None, language)
    return MicrodataFile(f"{survey}-codebook.csv", "text/csv", BytesIO(write_codebook(variables_of(labels))))


def _check(asked: Handout) -> None:
    if asked.form not in FORMATS:
        raise MicrodataRefused("unknown_format", f"rows come as {', '.join(FORMATS)}, not as {asked.form!r}")
    if asked.areas not in AREA_DETAILS:
        raise MicrodataRefused("unknown_detail", f"areas are given by {' or '.join(AREA_DETAILS)}")
    if len(_plain(asked.reason)) < SHORTEST_REASON:
        raise MicrodataRefused("reason_missing", f"say what it is for, in {SHORTEST_REASON} letters or more")


def _read(session: Session, asked: Handout, stored: int, progress: Progress) -> Rows:
    wave = _wave(session, asked.survey, asked.wave)
    labels = _labels(session, asked.survey, wave.version, asked.language)
    found = responses.without_ids(session, asked.survey, wave.name)
    variables = variables_of(labels)
    values = values_of(found, wave, variables, labels.tree, asked.areas, stored)
    return Rows(
        wave,
        variables,
        _told(values, stored, progress),
        release_plan(labels.questionnaire).demographics.values(),
    )


def _told(values: Iterable[Mapping[str, Any]], stored: int, progress: Progress) -> Iterator[Mapping[str, Any]]:
    """Yield the rows while they are read, and say how far that is; to write them is as much work again."""
    for done, value in enumerate(values):
        if done % _TOLD_EVERY == 0:
            progress(done // 2, stored)
        yield value


def _wave(session: Session, survey: str, name: str) -> Wave:
    wave = waves.get(session, survey, name)
    if wave is None:
        raise MicrodataRefused("unknown_wave", f"{survey[:100]!r} has no wave {name[:100]!r}")
    return wave


def _labels(session: Session, survey: str, version: int | None, language: str) -> Labels:
    questionnaire = questionnaires.get(session, survey, version)
    if questionnaire is None:
        raise MicrodataRefused("unknown_survey", f"there is no survey {survey[:100]!r}")
    return Labels(questionnaire, areas.read_tree(session), language)


def _record(instance: Instance, asked: Handout, content: BinaryIO, rows: int, by: str) -> None:
    digest = sha256()
    while some := content.read(_AT_ONCE):
        digest.update(some)
    content.seek(0)
    detail = {
        "wave": asked.wave,
        "format": asked.form,
        "areas": asked.areas,
        "rows": rows,
        "reason": _plain(asked.reason)[:LONGEST_REASON],
        "sha256": digest.hexdigest(),
    }
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        audit.append(session, keys.audit, at=now, actor=by, action=HANDED_OUT, subject=asked.survey, detail=detail)


def _plain(reason: str) -> str:
    return " ".join(reason.split())
