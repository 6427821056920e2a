"""Figures for Prometheus: requests by route, and what waits or is late; closed to everybody without the token."""

import fcntl
import hmac
import os
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engage.collection.vitals import Vitals, take_vitals
from engage.jobs import queue_of
from engage.readiness import OK, check_readiness
from engage.storage.instance import Instance

#: Seconds within which most requests should be answered, and what lies around that.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: States a job may be in, so that each has a figure before there is one.
JOB_STATES = ("waiting", "running", "done", "failed", "cancelled")
#: Files of processes on one machine; each process holds one while it lives.
MOST_PROCESSES = 512
#: Seconds for which what the database was asked stands.
KEPT = 15.0


class Meter:
    """Counts the requests of this process beside those of the others of the same instance on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        values.ValueClass = values.MultiProcessValue(lambda: _slot(folder, os.getpid()))
        labels = ["route", "method", "status"]
        self._requests = Counter("engage_requests", "Requests answered.", labels, registry=None)
        self._seconds = Histogram(
            "engage_request_seconds", "Seconds until an answer.", ["route"], buckets=BUCKETS, registry=None
        )

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request by its route, never by its address."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class _Watched(Collector):
    """What the database and the queue say when somebody asks."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def collect(self) -> Iterator[Metric]:
        """Yield every figure; one that cannot be had is left out."""
        checks = check_readiness(self._instance)
        ready = GaugeMetricFamily("engage_ready", "1 where nothing is in the way.", labels=["check"])
        for name, said in checks.items():
            ready.add_metric([name], float(said == OK))
        yield ready
        if checks["database"] == OK and checks["migrations"] == OK:
            yield from _figures(_vitals(self._instance, int(time.monotonic() // KEPT)))
        if self._instance.settings.redis_url and checks["queue"] == OK:
            waiting = queue_of(self._instance.settings.redis_url).count
            yield GaugeMetricFamily("engage_queue_length", "Jobs that Redis holds word of.", value=waiting)


def meter_of(instance: Instance) -> Meter | None:
    """Return what counts requests; None where nobody may read the figures."""
    return _meter(_folder(instance)) if instance.settings.metrics_token else None


def may_read(instance: Instance, authorization: str) -> bool:
    """Say whether somebody sends the token."""
    token = instance.settings.metrics_token
    return token is not None and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def write_metrics(instance: Instance) -> bytes:
    """Return every figure in Prometheus' text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(_folder(instance)))
    registry.register(_Watched(instance))
    return generate_latest(registry)


def _figures(vitals: Vitals) -> Iterator[Metric]:
    answers = GaugeMetricFamily("engage_responses", "Responses stored, by channel.", labels=["channel"])
    for channel, count in sorted(vitals.responses.items()):
        answers.add_metric([channel], count)
    yield answers
    jobs = GaugeMetricFamily("engage_jobs", "Jobs by state.", labels=["state"])
    for state in JOB_STATES:
        jobs.add_metric([state], vitals.jobs.get(state, 0))
    yield jobs
    for name, words, value in (
        ("engage_text_waits_seconds", "How long the text waits that is due longest.", vitals.text_waits),
        ("engage_duty_overdue", "Duty items that nobody took up in time.", vitals.duty_overdue),
        ("engage_backup_age_seconds", "Since the last backup.", vitals.backup_age),
        ("engage_audit_checked_age_seconds", "Since the audit log was last found whole.", vitals.audit_checked_age),
    ):
        if value is not None:
            yield GaugeMetricFamily(name, words, value=value)


def _vitals(instance: Instance, moment: int) -> Vitals:
    """Return what the database says, asked anew every few seconds at most."""
    kept = _kept.get(instance.settings.instance)
    if kept is None or kept[0] != moment:
        kept = moment, take_vitals(instance)
        _kept[instance.settings.instance] = kept
    return kept[1]


_kept: dict[Path, tuple[int, Vitals]] = {}


@cache
def _meter(folder: Path) -> Meter:
    return Meter(folder)


def _folder(instance: Instance) -> Path:
    """Return where processes of this instance on this machine leave their counts, for nobody else to read."""
    name = sha256(str(instance.settings.instance).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"engage-metrics-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} is somebody else's")
    return folder


@cache
def _slot(folder: Path, pid: int) -> str:
    """Return a name that no other living process counts under; one that ended leaves its name and its counts."""
    for number in range(MOST_PROCESSES):
        lock = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return str(number)
    return f"process{pid}"
