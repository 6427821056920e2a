"""Sends the monthly report of fieldwork, to each recipient what their role and limits let them see, once a month."""

import logging
from dataclasses import dataclass
from datetime import date

from engage.collection.accounts import is_closed
from engage.collection.mail import Attachment, MailNotSent, send_mail
from engage.collection.receive import LONDON
from engage.questionnaire.model import Questionnaire
from engage.reporting.coverage import Fieldwork, read_fieldwork
from engage.reporting.progress_report import (
    ProgressReport,
    Reader,
    Sight,
    had_begun,
    month_before,
    tell_progress,
)
from engage.reporting.progress_report_files import progress_pdf, progress_text
from engage.staff.access import Permission, may
from engage.staff.words import language_name
from engage.storage import audit, progress, questionnaires, staff, waves
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.staff import Account
from engage.storage.waves import Wave

#: Waves of which there is something to report every month.
UNDER_WAY = ("open", "collecting")
#: How the audit log names whoever sends by itself.
ACTOR = "progress report"
#: Roles that get a report at all, beside those who see counts: the others have nothing to do with fieldwork.
_WITH_BANDS = {"ambassador": Sight.BANDS, "partner": Sight.SUPPRESSED}

_log = logging.getLogger("engage.progress")


@dataclass(frozen=True)
class Dispatch:
    """One report to one person."""

    wave: Wave
    month: date
    account: Account

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what is written down of its being sent: survey, wave, month and address."""
        return self.wave.survey, self.wave.name, f"{self.month:%Y-%m}", self.account.email


def reader_of(account: Account) -> Reader | None:
    """Return what somebody may see of fieldwork, None where nothing."""
    sight = Sight.COUNTS if may(account, Permission.SEE_COVERAGE) else _WITH_BANDS.get(account.role)
    return Reader(sight, account.scope.areas) if sight else None


def may_get(session: Session, survey: str) -> list[Account]:
    """Return who may be sent the reports of a survey."""
    known = (account for account in staff.list_all(session) if not is_closed(account))
    return [one for one in known if reader_of(one) is not None and one.scope.has_survey(survey)]


def set_recipients(session: Session, instance: Instance, survey: str, emails: list[str], actor: str) -> None:
    """Set who gets a survey's report every month, as far as they may."""
    allowed = {account.email for account in may_get(session, survey)}
    chosen = sorted(allowed.intersection(emails))
    progress.put_recipients(session, survey, chosen)
    keys, now = instance.settings.keys.audit, instance.now()
    audit.append(
        session, keys, at=now, actor=actor, action="progress.recipients", subject=survey, detail={"to": chosen}
    )


def send_monthly(instance: Instance) -> int:
    """Send the report of the month that is over to whoever has not had it; returns how many went out.

    What goes out is written down first: two processes never both send it. A mail the server does not take is taken
    off again, and tried in the next round.
    """
    month = month_before(instance.now().astimezone(LONDON).date())
    return sum(_send_claimed(instance, dispatch) for dispatch in _due(instance, month))


def send_now(instance: Instance, wave: Wave, actor: str) -> int:
    """Send the report of this month so far to every recipient, whatever went out before. Raises MailNotSent."""
    month = instance.now().astimezone(LONDON).date().replace(day=1)
    with instance.database.reading() as session:
        recipients = _recipients(session, wave)
    for dispatch in (Dispatch(wave, month, account) for account in recipients):
        _send(instance, dispatch, _written(instance, dispatch))
    with instance.database.writing() as session:
        _note(session, instance, wave, month, [account.email for account in recipients], actor)
    return len(recipients)


def write_report(session: Session, instance: Instance, wave: Wave, month: date, reader: Reader) -> ProgressReport:
    """Return the report of a month as its reader may see it."""
    now = instance.now().astimezone(LONDON)
    fieldwork = _fieldwork(session, instance, wave)
    return tell_progress(
        session, fieldwork, month, reader, now, is_synthetic=wave.synthetic, language_name=language_name
    )


def _fieldwork(session: Session, instance: Instance, wave: Wave) -> Fieldwork:
    return read_fieldwork(session, wave.survey, wave.name, instance.now().astimezone(LONDON).date())


def _due(instance: Instance, month: date) -> list[Dispatch]:
    with instance.database.reading() as session:
        due = [
            Dispatch(wave, month, account)
            for survey in questionnaires.newest(session)
            for wave in _to_report(session, survey, month)
            for account in _recipients(session, wave)
        ]
        gone = {(wave, of, email) for one in due for wave, of, email, _ in progress.sent(session, one.wave.survey)}
        due = [one for one in due if one.key[1:] not in gone]
        begun = {wave: had_begun(_fieldwork(session, instance, wave), month) for wave in {one.wave for one in due}}
    return [one for one in due if begun[one.wave]]


def _to_report(session: Session, survey: Questionnaire, month: date) -> list[Wave]:
    """Return the waves under way, and those that closed in that month or since."""
    return [
        wave
        for wave in waves.list_of(session, survey.slug)
        if wave.state in UNDER_WAY or (wave.closed_on is not None and wave.closed_on >= month)
    ]


def _recipients(session: Session, wave: Wave) -> list[Account]:
    chosen = set(progress.recipients(session, wave.survey))
    able = may_get(session, wave.survey) if chosen else []
    return [one for one in able if one.email in chosen and one.scope.has_survey(wave.survey, wave.name)]


def _send_claimed(instance: Instance, dispatch: Dispatch) -> int:
    written = _written(instance, dispatch)
    with instance.database.writing() as session:
        if not progress.claim(session, *dispatch.key, instance.now()):
            return 0
    try:
        _send(instance, dispatch, written)
    except MailNotSent as fault:
        _log.error("a progress report did not go out: %s", fault)
        with instance.database.writing() as session:
            progress.release(session, *dispatch.key)
        return 0
    with instance.database.writing() as session:
        _note(session, instance, dispatch.wave, dispatch.month, [dispatch.account.email], ACTOR)
    return 1


def _written(instance: Instance, dispatch: Dispatch) -> tuple[ProgressReport, bytes]:
    """Return the report for its recipient, and its PDF."""
    reader = reader_of(dispatch.account)
    assert reader is not None  # noqa: S101 - nobody else is a recipient
    with instance.database.reading() as session:
        report = write_report(session, instance, dispatch.wave, dispatch.month, reader)
    return report, progress_pdf(report)


def _send(instance: Instance, dispatch: Dispatch, written: tuple[ProgressReport, bytes]) -> None:
    report, pdf = written
    attached = [Attachment(file_name(dispatch.wave, dispatch.month), pdf)]
    to = [dispatch.account.email]
    send_mail(instance.settings, to, report.title, progress_text(report), instance.now(), attached)


def file_name(wave: Wave, month: date, ending: str = "pdf") -> str:
    """Return the name of a report's file."""
    return f"progress-{wave.survey}-{wave.name}-{month:%Y-%m}.{ending}"


def _note(session: Session, instance: Instance, wave: Wave, month: date, to: list[str], actor: str) -> None:
    detail = {"wave": wave.name, "month": f"{month:%Y-%m}", "to": to}
    keys, now = instance.settings.keys.audit, instance.now()
    audit.append(session, keys, at=now, actor=actor, action="progress.sent", subject=wave.survey, detail=detail)
