"""One submission sent a hundred times at once by eight processes is one response and one audit line."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

from sqlalchemy import func, select

from builders import WAVE, a_door, a_submission
from engage.collection.receive import receive_submission
from engage.settings import load_settings
from engage.storage import audit, responses
from engage.storage.audit import AuditRow
from engage.storage.instance import Instance, open_instance

PROCESSES, TIMES = 8, 100


def send(folder: str, database_url: str, document: dict[str, Any], _: int) -> str:
    settings = load_settings({"ENGAGE_INSTANCE": folder, "ENGAGE_DATABASE_URL": database_url})
    instance = open_instance(settings)
    try:
        with instance.database.writing() as session:
            return receive_submission(session, a_door(instance), document).status
    finally:
        instance.database.close()


def test_a_hundred_copies_at_once_are_one_response_and_one_audit_line(surveyed: Instance) -> None:
    with surveyed.database.reading() as session:
        lines_before = session.scalar(select(func.count()).select_from(AuditRow))
    folder, url = str(surveyed.settings.instance), surveyed.settings.database_url
    document = a_submission({"safe_day": "very_safe", "unsafe_reasons": ["dark"]})
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["engage.collection.receive", "builders"])
    with ProcessPoolExecutor(PROCESSES, mp_context=processes) as pool:
        statuses = Counter(pool.map(partial(send, folder, url, document), range(TIMES)))
    assert statuses == {"stored": 1, "same": TIMES - 1}
    with surveyed.database.reading() as session:
        assert len(list(responses.of_wave(session, "feeling-safe", WAVE))) == 1
        assert session.scalar(select(func.count()).select_from(AuditRow)) == lines_before + 1
        outside = surveyed.database.audit_head.read()
        assert audit.find_tampering(session, surveyed.settings.keys.audit, outside) is None
