"""Keeps everybody within what they reach, at every staff page: by what its address and its form name."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask import abort, request

from engage.collection import whereabouts
from engage.collection.whereabouts import Whereabouts
from engage.staff.access import Permission, may, signed_in
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.scope import reaches
from engage.storage import scans
from engage.storage.database import Session
from engage.storage.staff import Account

#: Finds where the thing belongs that an argument of an address names.
_Finder = Callable[[Session, Any], Whereabouts | None]

#: Argument of an address → where what it names belongs. A wave stands beside its survey, a drawing's question beside
#: its reference, a page of a scan beside its serial: those are looked at together.
FINDERS: Mapping[str, _Finder] = MappingProxyType(
    {
        "slug": lambda _, slug: Whereabouts(slug),
        "survey": lambda _, slug: Whereabouts(slug),
        "tag": lambda _, tag: Whereabouts(language=tag),
        "area": lambda _, code: Whereabouts(areas=(code,)),
        "serial": whereabouts.of_form,
        "batch_id": whereabouts.of_batch_id,
        "job_id": whereabouts.of_job_id,
        "item_hash": whereabouts.of_item_hash,
        "item_id": whereabouts.of_duty_id,
        "piece_id": whereabouts.of_piece_id,
        "quote_id": whereabouts.of_quote,
        "report_id": whereabouts.of_report_id,
        "action_id": whereabouts.of_action,
        "question_id": whereabouts.of_question,
        "tablet_id": whereabouts.of_tablet,
        "visit_id": whereabouts.of_visit,
        "copy_id": whereabouts.of_copy,
        "channel_id": whereabouts.of_channel,
    }
)
#: Arguments that name nothing of a survey or area by themselves. Every other one has a finder: a test sees to it.
ABOUT_NOTHING = frozenset(
    {
        *("filename", "token", "act", "ending", "form", "item", "line_id", "outbound_id", "page", "question"),
        *("account_id", "session_id", "passkey_id", "sheet_id", "wave", "reference", "job"),
        *("name", "organisation_id"),
    }
)
#: Views whose `area` is what somebody answered, or what somebody else is given: it says nothing of who asks.
_AREA_IS_SOMEBODYS = frozenset(
    {
        *("staff.enter", "staff.decide_scan", "staff.take_second_reading", "staff.settle_readings"),
        *("staff.invite", "staff.change_person"),
    }
)
#: Views that read what is sent themselves, once they have said how much may be sent.
_READS_ITSELF = frozenset({"staff.send_scans", "staff.take_sheet"})
#: Leads whoever may not key to the survey, as it does anybody.
_OPEN_FORM = frozenset({"staff.form", "staff.enter"})


@staff_pages.before_request
def refuse_outside_scope() -> None:
    """Answer 404 where an address or a form names what somebody does not reach, as if there were no such thing."""
    account = signed_in()
    if account is None or account.scope.is_everything:
        return
    if request.endpoint in _OPEN_FORM and not may(account, Permission.ENTER_FORMS):
        return
    with the_instance().database.reading() as session:
        if not reaches(session, _named(session, account)):
            abort(404)


def _named(session: Session, account: Account) -> Iterable[Whereabouts | None]:
    given = request.view_args or {}
    for name, value in given.items():
        if name in FINDERS and value is not None:
            yield FINDERS[name](session, value)
    if "wave" in given and "slug" in given:
        yield Whereabouts(given["slug"], given["wave"])
    if "reference" in given:
        yield whereabouts.of_drawing(session, given["reference"], str(given.get("question", "")))
    if "job" in given and not _sent_by(session, given["job"], account):
        yield from whereabouts.of_sending(session, given["job"])
    yield from _typed(given)


def _typed(given: Mapping[str, Any]) -> Iterable[Whereabouts]:
    """Yield what the query and the form name."""
    values = request.args if request.endpoint in _READS_ITSELF else request.values
    codes = () if request.endpoint in _AREA_IS_SOMEBODYS else values.getlist("area")
    yield Whereabouts(areas=tuple(code for code in codes if code))
    for slug in filter(None, values.getlist("survey")):
        yield Whereabouts(slug, values.get("wave") or None)
    if "slug" in given and values.get("wave"):
        yield Whereabouts(given["slug"], values["wave"])
    if values.get("tag"):
        yield Whereabouts(language=values["tag"])


def _sent_by(session: Session, job: Any, account: Account) -> bool:
    return any(file.sent_by == account.email for file in scans.files_of_job(session, job))
