"""Taking in a rescue file: answers that a device has sealed and could not send."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engage.collection.receive import Door
from engage.collection.sealed import (
    SEALED_CHANNELS,
    SEALED_PROBLEMS,
    BundleOutcome,
    RescueFileFaulty,
    import_rescue_file,
)
from engage.response.problems import PROBLEM_CODES
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.words import BUNDLES


@dataclass(frozen=True)
class BundleShown:
    """What became of one bundle; nothing of what was answered."""

    number: int
    became: str
    reasons: tuple[str, ...]


@staff_pages.get("/staff/rescue")
@requires(Permission.REVIEW, Permission.ENTER_FORMS)
def rescue() -> str:
    """Ask for a rescue file."""
    return render_template("staff/rescue.html", bundles=None, counts=(), fault=None)


@staff_pages.post("/staff/rescue")
@requires(Permission.REVIEW, Permission.ENTER_FORMS)
def take_in_rescue_file() -> ResponseReturnValue:
    """Take a rescue file in and list what became of each bundle."""
    instance, file = the_instance(), request.files.get("file")
    door = Door(instance.settings.keys, instance.now(), the_account().email, SEALED_CHANNELS)
    if file is None or not file.filename:
        return _not_taken("no file was chosen")
    try:
        outcomes = import_rescue_file(instance, door, file.read())
    except RescueFileFaulty as fault:
        return _not_taken(str(fault))
    return render_template("staff/rescue.html", bundles=_shown(outcomes), counts=_counted(outcomes), fault=None)


def _not_taken(reason: str) -> ResponseReturnValue:
    return render_template("staff/rescue.html", bundles=None, counts=(), fault=reason), 422


def _shown(outcomes: Sequence[BundleOutcome]) -> list[BundleShown]:
    meanings = {**PROBLEM_CODES, **SEALED_PROBLEMS}
    return [
        BundleShown(
            number,
            BUNDLES[outcome.status],
            tuple(dict.fromkeys(meanings[problem.code] for problem in outcome.problems)),
        )
        for number, (_, outcome) in enumerate(outcomes, start=1)
    ]


def _counted(outcomes: Sequence[BundleOutcome]) -> tuple[tuple[str, int], ...]:
    counts = Counter(outcome.status for _, outcome in outcomes)
    return tuple((words, counts[status]) for status, words in BUNDLES.items() if counts[status])
