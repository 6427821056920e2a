"""The batches of paper that somebody hands out themselves: to hand out, to take back, to be keyed, by area."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import batches as paper
from engage.collection.batches import BatchCount, BatchRefused
from engage.phrases import own_name
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.words import BATCH_STATES, STYLES
from engage.storage import areas, batches
from engage.storage.batches import Batch
from engage.storage.database import Session

#: Names of the counts of an area's forms, in the order they pass through.
STAGES = ("printed", "out", "back", "entered", "spoilt")


@dataclass(frozen=True)
class AreaPaper:
    """How many of somebody's forms of an area are printed, out, back, entered and spoilt."""

    area: str
    counts: Mapping[str, int]


@staff_pages.get("/staff/my-batches")
@requires(Permission.RUN_SESSIONS)
def my_batches() -> ResponseReturnValue:
    """List one's own batches and what is to be done with each."""
    return _page()


@staff_pages.post("/staff/my-batches/<uuid:batch_id>/<any('hand-out','take-back'):act>")
@requires(Permission.RUN_SESSIONS)
def act_on_my_batch(batch_id: UUID, act: str) -> ResponseReturnValue:
    """Say that one's own batch is handed out, or how many of it are back."""
    instance, by = the_instance(), the_account().email
    try:
        with instance.database.writing() as session:
            found = batches.get(session, batch_id)
            if found is None or not is_of(found, by):
                abort(404)
            keys, now = instance.settings.keys, instance.now()
            if act == "hand-out":
                paper.hand_out(session, keys, batch_id, by, by, now)
            else:
                paper.take_back(session, keys, batch_id, request.form.get("count", -1, type=int), by, now)
    except BatchRefused as refusal:
        return _page(str(refusal)), 422
    return redirect(url_for("staff.my_batches", done=act), 303)


def is_of(batch: Batch, email: str) -> bool:
    """Say whether somebody hands a batch out: who did, or who is to."""
    return (batch.handed_out_by or batch.ambassador) == email


def own_batches(session: Session, email: str) -> list[BatchCount]:
    """Return somebody's batches whose paper is still there, the newest first."""
    return paper.count_own(session, email)


def by_area(counted: Iterable[BatchCount], names: Mapping[str, str]) -> list[AreaPaper]:
    """Return what became of the forms of some batches, area by area."""
    found: dict[str, Counter[str]] = {}
    for one in counted:
        counts = found.setdefault(names.get(one.batch.area or "", "No one area"), Counter())
        back, spoilt = one.batch.returned_count or 0, one.forms.get("spoilt", 0)
        counts.update(printed=one.batch.count, back=back, entered=one.answered, spoilt=spoilt)
        counts["out"] += max(0, one.batch.count - back) if one.batch.handed_out_on else 0
    return [AreaPaper(area, {stage: counts[stage] for stage in STAGES}) for area, counts in sorted(found.items())]


def _page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        counted = own_batches(session, the_account().email)
        tree = areas.read_tree(session)
    names = {area.code: area.name for one in counted if one.batch.area and (area := tree.get(one.batch.area))}
    return render_template(
        "staff/my_batches.html",
        counted=counted,
        by_area=by_area(counted, names),
        names=names,
        states=BATCH_STATES,
        styles=STYLES,
        own_name=own_name,
        fault=fault,
        done=request.args.get("done"),
    )
