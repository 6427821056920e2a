"""Who may do what: roles, permissions, and the guard that keeps every staff page closed until it is opened."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user

from engage.collection.accounts import is_closed
from engage.storage.sessions import StaffSession
from engage.storage.staff import Account


class Permission(StrEnum):
    """One thing that somebody may be allowed to do."""

    ENTER_FORMS = "enter_forms"
    PRINT_FORMS = "print_forms"
    READ_RESULTS = "read_results"
    PUBLISH_RESULTS = "publish_results"
    WRITE_REPORTS = "write_reports"
    RAW_DATA = "raw_data"
    SPEAK_IN_PUBLIC = "speak_in_public"
    OPEN_WAVES = "open_waves"
    AUTHOR = "author"
    SET_UP = "set_up"
    BRING_IN_PAST = "bring_in_past"
    REVIEW = "review"
    SIMULATE_TEXTS = "simulate_texts"
    MANAGE_TEXTS = "manage_texts"
    BE_ON_DUTY = "be_on_duty"
    PREPARE_TABLETS = "prepare_tablets"
    REVOKE_TABLETS = "revoke_tablets"
    RUN_SESSIONS = "run_sessions"
    PLAN_VISITS = "plan_visits"
    SEE_COVERAGE = "see_coverage"
    SET_TARGETS = "set_targets"
    TRANSLATE = "translate"
    TRANSLATE_ANSWERS = "translate_answers"
    CODE_WORDS = "code_words"
    SETTLE_WORDS = "settle_words"
    MANAGE_STAFF = "manage_staff"
    READ_AUDIT = "read_audit"
    ALL_JOBS = "all_jobs"


ROLE_PERMISSIONS: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        "admin": frozenset(Permission),
        "analyst": frozenset(
            {
                Permission.AUTHOR,
                Permission.BRING_IN_PAST,
                Permission.READ_RESULTS,
                Permission.PUBLISH_RESULTS,
                Permission.SEE_COVERAGE,
                Permission.WRITE_REPORTS,
                Permission.SPEAK_IN_PUBLIC,
                Permission.REVIEW,
                Permission.CODE_WORDS,
                Permission.SETTLE_WORDS,
            }
        ),
        "coordinator": frozenset(
            {
                Permission.PRINT_FORMS,
                Permission.ENTER_FORMS,
                Permission.REVIEW,
                Permission.SPEAK_IN_PUBLIC,
                Permission.OPEN_WAVES,
                Permission.AUTHOR,
                Permission.SET_UP,
                Permission.SIMULATE_TEXTS,
                Permission.MANAGE_TEXTS,
                Permission.BE_ON_DUTY,
                Permission.TRANSLATE,
                Permission.PREPARE_TABLETS,
                Permission.REVOKE_TABLETS,
                Permission.RUN_SESSIONS,
                Permission.PLAN_VISITS,
                Permission.SEE_COVERAGE,
                Permission.SET_TARGETS,
            }
        ),
        "ambassador": frozenset({Permission.ENTER_FORMS, Permission.PREPARE_TABLETS, Permission.RUN_SESSIONS}),
        "translator": frozenset({Permission.TRANSLATE, Permission.TRANSLATE_ANSWERS}),
        "coder": frozenset({Permission.CODE_WORDS}),
        "partner": frozenset({Permission.READ_RESULTS}),
    }
)

View = TypeVar("View", bound=Callable[..., Any])

#: Paths that may stand in `next`: pages of ours that a GET shows, never another host.
_LOCAL_PATH = re.compile(r"/(?:staff(?!/sign-)|f/)[A-Za-z0-9_~%/.-]*(?:\?[A-Za-z0-9_~%/.=&+-]*)?")


class Standing(StrEnum):
    """How far somebody has come in signing in; the value of what is not whole is the endpoint that it leads to."""

    WHOLE = "whole"
    TO_PROVE = "staff.second_step"
    TO_SET_UP = "staff.set_up_second_step"


@dataclass(frozen=True)
class Access:
    """Who a view is for: everybody, everybody signed in, whoever has one of the permissions, or is on the way in."""

    permissions: frozenset[Permission] = frozenset()
    is_open: bool = False
    on_the_way: frozenset[Standing] = frozenset()


class StaffUser(UserMixin):
    """Somebody signed in, wholly or on the way, as Flask-Login knows them."""

    def __init__(self, account: Account, token: str, session: StaffSession, standing: Standing) -> None:
        self.account = account
        self.id = token
        self.session = session
        self.standing = standing


_access: dict[Callable[..., Any], Access] = {}


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Open a view to whoever has one of the permissions."""

    def name(view: View) -> View:
        _access[view] = Access(frozenset(permissions))
        return view

    return name


def for_all_staff(view: View) -> View:
    """Open a view to everybody who is signed in."""
    _access[view] = Access()
    return view


def on_the_way_in(*standings: Standing, is_for_all: bool = False) -> Callable[[View], View]:
    """Open a view to who has still to prove or set up a second factor, and to all staff where it says so."""

    def name(view: View) -> View:
        also = {Standing.WHOLE} if is_for_all else set()
        _access[view] = Access(on_the_way=frozenset({*standings, *also}))
        return view

    return name


def open_to_all(view: View) -> View:
    """Open a view to everybody."""
    _access[view] = Access(is_open=True)
    return view


def access_of(endpoint: str) -> Access | None:
    """Return who the view of an endpoint is for, None where nobody has said so."""
    if endpoint == "staff.static":
        return Access(is_open=True)
    return _access.get(current_app.view_functions[endpoint])


def may(account: Account, permission: Permission) -> bool:
    """Say whether somebody has a permission."""
    return permission in ROLE_PERMISSIONS[account.role]


def signed_in() -> Account | None:
    """Return who is signed in, if anybody; whoever has still to show a second factor is not."""
    user = on_the_way()
    return user.account if user is not None and user.standing is Standing.WHOLE else None


def on_the_way() -> StaffUser | None:
    """Return who is signed in or on the way in, if anybody."""
    user = current_user._get_current_object() if current_user else None  # noqa: SLF001 - the proxy's own way
    return user if isinstance(user, StaffUser) and not is_closed(user.account) else None


def refuse_unless_allowed() -> ResponseReturnValue | None:
    """Let a request through to its view, send it to sign in, or refuse it; a view that names nobody is closed."""
    access = access_of(request.endpoint or "")
    if access is not None and access.is_open:
        return None
    user = on_the_way()
    if user is None:
        return to_sign_in()
    if access is not None and user.standing in access.on_the_way:
        return None
    if user.standing is not Standing.WHOLE:
        return redirect(url_for(user.standing.value, next=local_path(_page_asked())), 303)
    if access is None or access.on_the_way or not _has_one(user.account, access.permissions):
        abort(403)
    return None


def _has_one(account: Account, permissions: frozenset[Permission]) -> bool:
    return not permissions or any(may(account, permission) for permission in permissions)


def to_sign_in() -> ResponseReturnValue:
    """Send somebody to sign in, and back to where they were."""
    return redirect(url_for("staff.sign_in", next=local_path(_page_asked())), 303)


def local_path(text: str | None) -> str:
    """Return a path of ours to go on to, the staff's home where the text is none or leads elsewhere."""
    is_ours = text is not None and ".." not in text and "//" not in text and _LOCAL_PATH.fullmatch(text)
    return text if is_ours and text else "/staff/"


def _page_asked() -> str | None:
    """Return the page to come back to; after a POST the page at the same address, where there is one."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    adapter = current_app.create_url_adapter(request)
    return request.path if adapter and adapter.test(request.path, "GET") else None
