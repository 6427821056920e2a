"""What has to be true after a fault: every acknowledged answer there once, the audit log whole, no job lost."""

import subprocess
import time
from collections import Counter
from uuid import UUID

from faults_people import Ledger
from faults_stage import ENGAGE, Town
from sqlalchemy import text

from engage.response.receipts import receipt_key
from engage.response.serials import response_id_of
from engage.storage import batches
from engage.storage import jobs as stored_jobs

#: Seconds within which every job has to be over.
JOBS_WITHIN = 180.0
_DOUBLED = """SELECT count(*) FROM
    (SELECT job FROM paper_batches WHERE job IS NOT NULL GROUP BY job HAVING count(*) > 1) AS twice"""


def find_losses(town: Town, ledger: Ledger) -> list[str]:
    """Return everything that is not as it should be; empty is well."""
    return [*ledger.faults, *_answers(town, ledger), *_jobs(town, ledger), *_audit(town)]


def _answers(town: Town, ledger: Ledger) -> list[str]:
    with town.instance.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT response_id, channel, receipt_key FROM responses")).all()
    there = Counter(UUID(str(row[0])) for row in rows)
    receipts = Counter(row[2] for row in rows)
    keys = town.instance.settings.keys.receipts.newest_first()
    losses = [f"lost: one by {kind}" for sent, kind in ledger.ids.items() if there[UUID(sent)] != 1]
    losses += [
        f"lost: form keyed {there[response_id_of(one)]} times"
        for one in ledger.serials
        if not there[response_id_of(one)]
    ]
    for receipt, kind in ledger.receipts.items():
        found = sum(receipts[receipt_key(receipt, key)] for key in keys)
        losses += [] if found == 1 else [f"lost: one by {kind} is there {found} times"]
    known = {UUID(sent) for sent in ledger.sent} | {response_id_of(serial) for serial in ledger.serials}
    unknown = [row for row in rows if UUID(str(row[0])) not in known]
    by_channel = Counter(row[1] for row in unknown)
    most = {"web": "pages", "sms": "texts", "paper_keyed": "keyed"}
    for channel, count in by_channel.items():
        if count > ledger.begun.get(most.get(channel, ""), 0):
            losses.append(f"doubled: {count} by {channel}, begun {ledger.begun.get(most.get(channel, ''), 0)}")
    return losses


def _jobs(town: Town, ledger: Ledger) -> list[str]:
    """Wait for the end of every job that was acknowledged; each has to have printed one batch."""
    losses, ends = [], time.monotonic() + JOBS_WITHIN
    for job_id in map(UUID, ledger.jobs):
        while True:
            with town.instance.database.reading() as session:
                job = stored_jobs.get(session, job_id)
                batch = batches.of_job(session, job_id)
            if job is None or not job.is_open or time.monotonic() > ends:
                break
            time.sleep(0.3)
        if job is None or job.state != "done" or batch is None:
            losses.append(f"job lost: {job.state if job else 'gone'}, {job.message if job else ''}")
    with town.instance.database.engine.connect() as connection:
        doubled = connection.execute(text(_DOUBLED)).scalar()
    return losses + ([f"jobs run twice: {doubled}"] if doubled else [])


def _audit(town: Town) -> list[str]:
    checked = subprocess.run(
        [ENGAGE, "audit", "verify"], env=town.environment(), capture_output=True, text=True, check=False
    )
    return (
        [] if checked.returncode == 0 else [f"audit: {checked.stdout.strip()[-300:]} {checked.stderr.strip()[-300:]}"]
    )
