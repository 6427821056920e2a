"""Sets how many replies a wave wants, by area and by group: suggested from the census, typed in, or read from CSV."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engage.areas import Area
from engage.reporting.coverage import Fieldwork, smallest_shown
from engage.reporting.coverage_census import GroupKind
from engage.reporting.coverage_heard import EVERYBODY
from engage.results.suppression import LEAST_LOCAL_BASE
from engage.settings import Keys
from engage.storage import audit, coverage
from engage.storage.coverage import FOR_AREA
from engage.storage.database import Session

#: Most people that one target may want.
MOST_WANTED = 100_000
#: For which areas targets are suggested: what is shown on its own, every ward, or districts.
LEVELS = ("smallest", "ward", "district")
#: Rows of a file of targets.
_MOST_ROWS = 5000

Targets = Mapping[tuple[str, str], int]


class TargetsFaulty(Exception):
    """Targets that cannot be set; `faults` are sentences that say where and why."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Suggestion:
    """Targets to look at before they are set, and what has to be said of them."""

    targets: Targets
    notes: tuple[str, ...]


def areas_of(fieldwork: Fieldwork, level: str) -> tuple[Area, ...]:
    """Return the areas that targets of a level are for."""
    return smallest_shown(fieldwork.ground) if level == "smallest" else fieldwork.ground.at_levels({level})


def suggest(
    fieldwork: Fieldwork, kinds: Sequence[GroupKind], total: int, level: str, floor: int = LEAST_LOCAL_BASE
) -> Suggestion:
    """Return targets in proportion to residents that come to a total, with so many for each area at least.

    An area's floor lets it be shown by itself. Areas without census counts get the floor alone.
    """
    listed = areas_of(fieldwork, level)
    residents = {area.code: fieldwork.census.people.get(area.code, 0) for area in listed}
    wanted = share_out(residents, total, floor)
    targets = {(FOR_AREA, code): count for code, count in wanted.items()}
    for kind in kinds:
        for code, share in fieldwork.census.shares(EVERYBODY, kind.kind).items():
            if code in kind.labels:
                targets[kind.kind, code] = max(floor, round(total * share))
    return Suggestion(targets, tuple(_notes(wanted, residents, total, floor)))


def share_out(residents: Mapping[str, int], total: int, floor: int) -> dict[str, int]:
    """Return a total shared out by residents; whoever would have less than the floor has the floor."""
    at_floor = {code for code, people in residents.items() if not people}
    while True:
        left = total - floor * len(at_floor)
        people = sum(count for code, count in residents.items() if code not in at_floor)
        shares = {
            code: max(left, 0) * count / people for code, count in residents.items() if people and code not in at_floor
        }
        below = {code for code, share in shares.items() if share < floor}
        if not below:
            return {code: floor if code in at_floor else round(shares[code]) for code in residents}
        at_floor |= below


def read_targets(lines: Iterable[str], fieldwork: Fieldwork, kinds: Sequence[GroupKind]) -> Targets:
    """Return the targets of a CSV file with columns kind, code and wanted, or area and wanted. Raises TargetsFaulty."""
    rows = csv.DictReader(line.removeprefix("\ufeff") for line in lines)
    heads = {head.strip().lower(): head for head in rows.fieldnames or () if head}
    code_head = heads.get("code") or heads.get("area")
    if code_head is None or "wanted" not in heads:
        raise TargetsFaulty(["The first line must name the columns: area,wanted or kind,code,wanted."])
    known = _known(fieldwork, kinds)
    targets: dict[tuple[str, str], int] = {}
    faults = []
    for row in rows:
        kind = (row.get(heads["kind"]) or FOR_AREA).strip() if "kind" in heads else FOR_AREA
        key, wanted = (kind, (row[code_head] or "").strip()), (row[heads["wanted"]] or "").strip()
        if key not in known:
            faults.append(f"Line {rows.line_num}: {kind} “{key[1][:60]}” is not one of this survey’s.")
        elif not is_wanted(wanted):
            faults.append(f"Line {rows.line_num}: “{wanted[:20]}” is no number from 0 to {MOST_WANTED}.")
        elif key in targets or len(targets) >= _MOST_ROWS:
            faults.append(f"Line {rows.line_num}: {kind} {key[1]} stands in the file already.")
        else:
            targets[key] = int(wanted)
    if faults or not targets:
        raise TargetsFaulty(faults or ["There are no targets in this file."])
    return targets


def is_wanted(text: str) -> bool:
    """Say whether a text is a number that a target may have."""
    return text.isascii() and text.isdigit() and len(text) < 7 and int(text) <= MOST_WANTED  # noqa: PLR2004 - digits


def set_targets(
    session: Session, keys: Keys, fieldwork: Fieldwork, targets: Targets, *, actor: str, now: datetime
) -> int:
    """Set targets, with an audit line that says which changed from what to what; returns how many."""
    before = coverage.targets(session, fieldwork.survey, fieldwork.wave)
    changed = {key: wanted for key, wanted in targets.items() if before.get(key, 0) != wanted}
    if not changed:
        return 0
    coverage.put_targets(session, fieldwork.survey, fieldwork.wave, changed)
    told = {f"{kind} {code}": [before.get((kind, code), 0), wanted] for (kind, code), wanted in changed.items()}
    audit.append(
        session,
        keys.audit,
        at=now,
        actor=actor,
        action="targets.set",
        subject=fieldwork.survey,
        detail={"wave": fieldwork.wave, "changed": told},
    )
    return len(changed)


def _known(fieldwork: Fieldwork, kinds: Sequence[GroupKind]) -> frozenset[tuple[str, str]]:
    places = {(FOR_AREA, area.code) for area in fieldwork.ground.areas}
    return frozenset(places | {(kind.kind, code) for kind in kinds for code in kind.labels})


def _notes(wanted: Mapping[str, int], residents: Mapping[str, int], total: int, floor: int) -> Iterable[str]:
    unknown = sum(not people for people in residents.values())
    at_floor = sum(count == floor for count in wanted.values())
    if unknown == len(residents):
        yield f"No census counts are imported, so every area has {floor}, the smallest number."
    elif unknown:
        yield f"{unknown} of {len(residents)} areas have no census counts and have {floor}, the smallest number."
    if at_floor and unknown < len(residents):
        yield f"{at_floor} of {len(residents)} areas have {floor}, so that each can be shown by itself."
    if (together := sum(wanted.values())) > total:
        yield f"Together they come to {together}, more than the {total} you gave: the smallest number sees to that."
