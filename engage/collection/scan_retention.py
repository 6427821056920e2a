"""Forgets scans when their time is over: pictures and what was read on them go when the paper itself has to."""

from datetime import timedelta

from engage.collection.scan_files import remove_scan, remove_unknown
from engage.collection.scan_pages import forget_scans
from engage.storage import batches, forms, questionnaires, scans
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.scans import ScannedForm


def forget_old_scans(instance: Instance) -> None:
    """Delete pictures and reads of forms done so many days ago, or destroyed, and of forms that never became whole.

    A form that waits for a person stays. Sealed files that nothing leads to are deleted as well, and names of files,
    which may be people's, are forgotten.
    """
    with instance.database.writing() as session:
        scans.forget_files(session, instance.now() - timedelta(days=batches.Rules().keep_days))
        names = [name for form in _over(session, instance) for name in _forget(session, form)]
    for name in names:
        remove_scan(instance.settings, name)
    with instance.database.reading() as session:
        known = scans.names_kept(session)
    remove_unknown(instance.settings, known)


def _over(session: Session, instance: Instance) -> list[ScannedForm]:
    over: list[ScannedForm] = []
    for questionnaire in questionnaires.newest(session):
        survey = questionnaire.slug
        before = instance.now() - timedelta(days=batches.rules_of(session, survey).keep_days)
        done = scans.forms_with_pictures(session, survey, "done")
        over += [form for form in done if (form.done_at or form.first_at) < before or _is_destroyed(session, form)]
        over += [form for form in scans.list_forms(session, "collecting", survey) if form.first_at < before]
    return over


def _forget(session: Session, form: ScannedForm) -> tuple[str, ...]:
    names = forget_scans(session, form.serial)
    if form.state == "collecting":
        for page in scans.pages_of_form(session, form.serial):
            scans.mark_page(session, page.id, state="set_aside", problem="too_old")
        scans.remove_form(session, form.serial)
    return names


def _is_destroyed(session: Session, form: ScannedForm) -> bool:
    printed = forms.get(session, form.serial)
    return printed is not None and printed.destroyed_on is not None
