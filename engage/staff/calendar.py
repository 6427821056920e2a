"""The shared calendar of who was asked where and when, so that nobody is asked too often; and one's own as a file."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from engage.areas import AreaTree
from engage.collection.receive import LONDON
from engage.collection.visits import REST_WEEKS
from engage.staff.access import Permission, requires
from engage.staff.area_choices import area_groups
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.visits_shown import rests_until, seen, shown
from engage.storage import areas, organisations, visits
from engage.storage.visits import Visit

#: Weeks before and after today.
WEEKS = 8
#: How long a visit lasts in a calendar, where nobody has said (hours).
_HOURS = 2
#: A line of a calendar file has at most so many bytes (RFC 5545, 3.1).
_LONGEST_LINE = 74
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@staff_pages.get("/staff/visits/calendar")
@requires(Permission.RUN_SESSIONS)
def calendar() -> ResponseReturnValue:
    """Show who was asked and is to be asked, week by week, and whom to leave alone for now."""
    account, now, area = the_account(), the_instance().now(), request.args.get("area", "")
    today, span = now.astimezone(LONDON).date(), timedelta(weeks=WEEKS)
    with the_instance().database.reading() as session:
        tree = areas.read_tree(session)
        known = [one for one in seen(session, account, tree, today - span, today + span) if _lies_in(tree, one, area)]
        names = {one.id: one.name for one in organisations.list_all(session)}
    weeks = groupby(known, key=lambda one: one.day - timedelta(days=one.day.weekday()))
    return render_template(
        "staff/calendar.html",
        weeks=[(week, [shown(one, tree, now, account) for one in those]) for week, those in weeks],
        resting=[(shown(one, tree, now, account), until) for one, until in rests_until(known, today)],
        names=names,
        groups=area_groups(tree),
        area=area,
        rest=REST_WEEKS,
        this_week=today - timedelta(days=today.weekday()),
    )


@staff_pages.get("/staff/visits/mine.ics")
@requires(Permission.RUN_SESSIONS)
def my_calendar() -> Response:
    """Hand out one's own visits as a calendar file (RFC 5545); it names places, never people who were asked."""
    instance, account = the_instance(), the_account()
    since = instance.now().astimezone(LONDON).date() - timedelta(weeks=WEEKS)
    with instance.database.reading() as session:
        mine = visits.list_of(session, since=since, ambassador=account.email)
        tree = areas.read_tree(session)
    address = f"{instance.settings.public_url}/staff/visits"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//engage//visits//EN"]
    for one in mine:
        lines += _event(one, tree, address, instance.now())
    text = "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))
    headers = {"Content-Disposition": "attachment; filename=visits.ics"}
    return Response(text, mimetype="text/calendar", headers=headers)


def _lies_in(tree: AreaTree, visit: Visit, area: str) -> bool:
    return area not in tree or (visit.area in tree and tree.is_within(visit.area, area))


def _event(visit: Visit, tree: AreaTree, address: str, now: datetime) -> list[str]:
    area = tree.get(visit.area)
    where = f"{visit.place}, {area.name}" if area else visit.place
    return [
        "BEGIN:VEVENT",
        f"UID:{visit.id}@engage",
        f"DTSTAMP:{now.strftime('%Y%m%dT%H%M%SZ')}",
        *_times(visit),
        f"SUMMARY:{visit.place.translate(_ESCAPED)}",
        f"LOCATION:{where.translate(_ESCAPED)}",
        f"URL:{address}/{visit.id}",
        "END:VEVENT",
    ]


def _times(visit: Visit) -> list[str]:
    if visit.begins is None:
        return [f"DTSTART;VALUE=DATE:{_plain(visit.day)}"]
    begins = datetime.combine(visit.day, time.fromisoformat(visit.begins), LONDON)
    ends = begins + timedelta(hours=_HOURS)
    return [f"DTSTART:{_stamp(begins)}", f"DTEND:{_stamp(ends)}"]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _plain(day: date) -> str:
    return day.strftime("%Y%m%d")


def _folded(line: str) -> list[str]:
    """Return a line in pieces that are short enough, never within a sign."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > _LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += sign
    return [*pieces, piece]
