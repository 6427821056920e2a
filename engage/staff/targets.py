"""Targets: how many replies a wave wants from each area and group; suggested, typed or read from a file."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.reporting import targets as wanting
from engage.reporting.coverage import Fieldwork
from engage.reporting.coverage_census import GroupKind
from engage.reporting.targets import Suggestion, TargetsFaulty, is_wanted
from engage.results.suppression import LEAST_LOCAL_BASE
from engage.staff.access import Permission, requires
from engage.staff.area_choices import AreaGroup, area_groups
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.coverage_asked import AskedWave, asked_wave, the_fieldwork, the_kinds
from engage.staff.scope import scope
from engage.storage.coverage import FOR_AREA, REPLIES
from engage.storage.database import Session

#: What a field of the form is called: kind and code.
_BETWEEN = ":"
#: Characters of a file of targets.
_LONGEST = 1_000_000
#: Kinds of which no targets are set: people name several communities, and a language or a channel is no group.
_NO_TARGETS = ("community", "style", "channel")
LEVEL_WORDS = {
    "smallest": "named places, and wards in none",
    "ward": "every ward",
    "district": "districts",
}


@dataclass(frozen=True)
class _Given:
    """A suggestion that was asked for."""

    total: str
    level: str
    floor: str
    suggestion: Suggestion | None


@staff_pages.get("/staff/coverage/targets")
@requires(Permission.SEE_COVERAGE)
def targets() -> ResponseReturnValue:
    """Show the targets of a wave, or those suggested for it."""
    return _page()


@staff_pages.post("/staff/coverage/targets")
@requires(Permission.SET_TARGETS)
def set_targets() -> ResponseReturnValue:
    """Set the targets as they stand in the form."""
    with the_instance().database.reading() as session:
        asked, fieldwork, _ = _the_wave(session)
    given = {name: text.strip() for name, text in request.form.items() if _BETWEEN in name}
    if any(text and not is_wanted(text) for text in given.values()):
        return _page(("A target is a whole number, such as 40.",), given), 422
    wanted = {_key(name): int(text or 0) for name, text in given.items()}
    return _keep(asked, fieldwork, wanted)


@staff_pages.post("/staff/coverage/targets/file")
@requires(Permission.SET_TARGETS)
def set_targets_from_file() -> ResponseReturnValue:
    """Set the targets that stand in a CSV file; all of them or, with what is wrong said, none."""
    with the_instance().database.reading() as session:
        asked, fieldwork, kinds = _the_wave(session)
    sent = request.files.get("file")
    try:
        text = sent.stream.read(_LONGEST).decode("utf-8-sig") if sent else ""
        wanted = wanting.read_targets(text.splitlines(), fieldwork, kinds)
    except UnicodeDecodeError:
        return _page(("The file is not text: save it as CSV with UTF-8.",)), 422
    except TargetsFaulty as faulty:
        return _page(faulty.faults), 422
    return _keep(asked, fieldwork, wanted)


def _keep(asked: AskedWave, fieldwork: Fieldwork, wanted: Mapping[tuple[str, str], int]) -> ResponseReturnValue:
    """Set targets within the reader's limits; whoever is limited to areas sets none for groups of everybody."""
    limits, tree, instance = scope(), fieldwork.ground.tree, the_instance()
    if limits.areas and not all(kind == FOR_AREA and limits.has_area(tree, code) for kind, code in wanted):
        abort(404)
    known = {(kind.kind, code) for kind in the_kinds(fieldwork) for code in kind.labels}
    if any(key not in known and not (key[0] == FOR_AREA and key[1] in fieldwork.ground) for key in wanted):
        abort(400)
    keys, actor, now = instance.settings.keys, the_account().email, instance.now()
    with instance.database.writing() as session:
        changed = wanting.set_targets(session, keys, fieldwork, wanted, actor=actor, now=now)
    slug, wave = asked.wave.survey, asked.wave.name
    return redirect(url_for("staff.targets", changed=changed, survey=slug, wave=wave), 303)


def _the_wave(session: Session) -> tuple[AskedWave, Fieldwork, tuple[GroupKind, ...]]:
    asked = asked_wave(session, request.values) or abort(404)
    fieldwork = the_fieldwork(session, asked, (REPLIES,))
    return asked, fieldwork, tuple(kind for kind in the_kinds(fieldwork) if kind.kind not in _NO_TARGETS)


def _page(faults: tuple[str, ...] = (), typed: Mapping[str, str] | None = None) -> str:
    with the_instance().database.reading() as session:
        asked, fieldwork, kinds = _the_wave(session)
    given = _given(fieldwork, kinds)
    suggested = given.suggestion.targets if given.suggestion else None
    shown = fieldwork.targets if suggested is None else suggested
    return render_template(
        "staff/targets.html",
        asked=asked,
        fieldwork=fieldwork,
        kinds=() if scope().areas else kinds,
        groups=_groups(fieldwork, asked),
        given=given,
        values=typed or {f"{kind}{_BETWEEN}{code}": wanted for (kind, code), wanted in shown.items()},
        total=sum(wanted for (kind, _), wanted in shown.items() if kind == FOR_AREA),
        levels=LEVEL_WORDS,
        faults=faults,
        changed=request.args.get("changed", type=int),
    )


def _given(fieldwork: Fieldwork, kinds: tuple[GroupKind, ...]) -> _Given:
    """Return the suggestion asked for by address; the form before anybody asked."""
    total, floor = request.args.get("total", ""), request.args.get("floor", str(LEAST_LOCAL_BASE))
    level = request.args.get("level", "smallest")
    if not (is_wanted(total) and is_wanted(floor) and level in wanting.LEVELS and int(total)):
        return _Given("", "smallest", str(LEAST_LOCAL_BASE), None)
    return _Given(total, level, floor, wanting.suggest(fieldwork, kinds, int(total), level, int(floor)))


def _groups(fieldwork: Fieldwork, asked: AskedWave) -> list[AreaGroup]:
    """Return districts with their places and wards, as far as the reader reaches them."""
    limits, tree = scope(), fieldwork.ground.tree
    groups = [group for group in area_groups(tree, asked.questionnaire) if group.places or group.wards]
    if not limits.areas:
        return groups
    own = (
        AreaGroup(
            group.area,
            [area for area in group.places if limits.has_area(tree, area.code)],
            [area for area in group.wards if limits.has_area(tree, area.code)],
        )
        for group in groups
    )
    return [group for group in own if group.places or group.wards]


def _key(name: str) -> tuple[str, str]:
    kind, _, code = name.partition(_BETWEEN)
    return kind, code
