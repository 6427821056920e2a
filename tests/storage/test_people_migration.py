"""The step to scopes, sessions and second factors: everybody keeps their area, and links go on."""

from sqlalchemy import inspect, text

from builders import DISTRICT, NOW, WARD
from engage.collection.accounts import invite, sign_in_link, usable_link
from engage.collection.reference import prepare
from engage.storage import staff
from engage.storage.instance import Instance
from engage.storage.scopes import Scope

NEW = {"staff_scopes", "staff_sessions", "staff_passkeys", "staff_totp", "staff_recovery_codes"}


def test_everybody_keeps_their_area_through_the_step_and_back(surveyed: Instance) -> None:
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        invite(session, keys, "boss@example.org", "admin", None, NOW, "test")
        reach = Scope(areas=frozenset({WARD, DISTRICT}), surveys=frozenset({"feeling-safe"}))
        invite(session, keys, "ward@example.org", "ambassador", reach, NOW, "test")
        invite(session, keys, "partner@example.org", "partner", None, NOW, "test")
        token = sign_in_link(session, keys, "ward@example.org", NOW, "test")
    surveyed.database.downgrade("0015")
    assert not set(inspect(surveyed.database.engine).get_table_names()) & NEW
    with surveyed.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT email, area FROM staff_accounts ORDER BY email")).all()
        assert rows == [("boss@example.org", None), ("ward@example.org", WARD)]
        assert connection.execute(text("SELECT count(*) FROM staff_links")).scalar_one() == 3
    with surveyed.database.engine.begin() as connection:
        connection.execute(text("UPDATE staff_accounts SET area = 'E06000018' WHERE role = 'admin'"))
    prepare(surveyed)
    with surveyed.database.reading() as session:
        assert {one.email: one.scope for one in staff.list_all(session)} == {
            "boss@example.org": Scope(),
            "ward@example.org": Scope(areas=frozenset({WARD})),
        }
        assert usable_link(session, token, NOW) is not None
