"""A survey whose record is complete, so that it may open in the browser."""

from engage.collection.safeguarding import name_owner, put_on_duty
from engage.collection.setting_up import sign
from engage.demo.record import complete_record
from engage.storage import staff
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact
from staffing import an_email, with_person


def with_record(instance: Instance, slug: str = "feeling-safe", wave: str = "2026-autumn") -> None:
    """Complete the record of a survey for a wave; a coordinator answers for it, made where there is none yet."""
    keys, now, email = instance.settings.keys, instance.now(), an_email("coordinator")
    with instance.database.reading() as session:
        is_known = staff.find(session, email) is not None
    if not is_known:
        with_person(instance, "coordinator")
    with instance.database.writing() as session:
        complete_record(session, instance, slug, wave, now.date())
        controller = {"organisation": "Nottinghamshire VRU", "contact": "dpo@example.org"}
        sign(session, keys, slug, "controller", controller, actor="test", now=now)
        name_owner(session, keys, slug, email, "test", now)
        put_on_duty(session, keys, DutyContact(slug, email, "Somebody", now), "test")
