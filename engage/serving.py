"""Serves an instance on one machine: processes that answer requests, and one beside them for jobs and rounds."""

import ctypes
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from io import BytesIO
from multiprocessing.synchronize import Event as EventOfProcesses
from threading import BoundedSemaphore, Event, Thread, Timer
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from engage import jobs
from engage.app import LARGEST_FORM, create_app
from engage.channels.sms.rounds import start_rounds
from engage.housekeeping import start_housekeeping
from engage.logs import log_as_told
from engage.settings import load_settings
from engage.storage.instance import open_instance
from engage.watching import STOPPING
from engage.worker import WORKS

#: An application as PEP 3333 has it.
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

#: Processes on a machine of many cores: SQLite has one writer at a time, so more of them only wait.
MOST_PROCESSES = 4
#: Threads of a process that take requests in, and how many of these work at a time: more fight for the interpreter.
THREADS, WORKING = 64, 3
#: Requests that may wait in one process.
BACKLOG = 1024
#: Whoever watches is answered also while everybody else waits for the database.
UNHINDERED = ("/healthz", "/readyz", "/metrics")
#: Seconds until a process that was asked to end is ended.
PATIENCE = 20
#: Seconds between two looks at whether the process that started this one is there, or at the one beside.
LOOK_EVERY = 0.5
#: Looks at a port on which somebody still listens.
PORT_TRIES = 6
#: Seconds before the process beside, which ended by itself, is started again.
AGAIN_AFTER = 2.0
#: Linux: what this process is sent when the thread that started it ends.
_PR_SET_PDEATHSIG = 1

_log = logging.getLogger("engage.serving")


class PortTaken(Exception):
    """Somebody else listens there."""


def processes_here() -> int:
    """Return how many processes answer on this machine where nobody says otherwise: one for each core."""
    return max(1, min(len(os.sched_getaffinity(0)), MOST_PROCESSES))


def serve(host: str, port: int, processes: int, extensions: Mapping[str, Any], drain: float = 0.0) -> None:
    """Answer requests until this process is asked to end. Raises PortTaken.

    Processes are forked from this one, which has read all modules and opened nothing: they are there at once and share
    its memory. One that dies is replaced, all end with this one. `extensions` are handed to every application.
    Asked to end, it says at /readyz that it stops, and answers for `drain` more seconds: proxies go elsewhere.
    """
    _look_at_port(host, port)
    multiprocessing.set_start_method("fork", force=True)
    stop, stopping = Event(), multiprocessing.Event()
    keeper = Thread(target=_keep_beside, args=(_begun_beside(), stop), name="beside", daemon=True)
    keeper.start()
    server = _server(host, port, processes)
    if drain:
        server.on_startup(partial(_drain_first, server.signal_handler_interrupt, stopping, drain))
    try:
        handed = {**extensions, STOPPING: stopping.is_set}
        server.serve(target_loader=partial(answering, handed), wrap_loader=False)
    finally:
        stop.set()
        keeper.join(PATIENCE)


def answering(extensions: Mapping[str, Any]) -> Application:
    """Return the application of a process that answers; what it needs is opened in that process."""
    _end_with(os.getppid())
    log_as_told(serves=True)
    app = create_app(open_instance(load_settings(os.environ)))
    app.extensions.update(extensions)
    return taking_turns(app.wsgi_app)


def taking_turns(app: Application, at_once: int = WORKING) -> Application:
    """Return an application that reads a form before it waits for its turn, and works on a few requests at a time.

    Whoever sends slowly holds up nobody: waiting threads cost nothing, working ones fight for the interpreter.
    """
    turns = BoundedSemaphore(at_once)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        # Of a body of known length it is then noticed where it breaks off.
        length = environ.get("CONTENT_LENGTH")
        if length:
            environ.pop("wsgi.input_terminated", None)
        is_long = length and length.isdecimal() and int(length) > LARGEST_FORM
        if is_long or "HTTP_TRANSFER_ENCODING" in environ:
            return app(environ, start)  # a file, or of a length nobody knows: read while it is stored
        if environ.get("PATH_INFO") in UNHINDERED:
            return app(environ, start)
        if length and length != "0":
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)) if length.isdecimal() else b"")
        with turns:
            return app(environ, start)

    return answer


def _server(host: str, port: int, processes: int) -> Any:
    """Return the server, not yet begun."""
    return Granian(
        "engage.serving",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=processes,
        blocking_threads=THREADS,
        backpressure=BACKLOG,
        workers_kill_timeout=PATIENCE,
        respawn_failed_workers=True,
        websockets=False,
        log_enabled=False,
    )


def _drain_first(end: Callable[[], Any], stopping: EventOfProcesses, drain: float) -> None:
    """Have SIGTERM say that this instance stops, and end it later."""

    def end_later(*_: object) -> None:
        if not stopping.is_set():
            stopping.set()
            Timer(drain, end).start()

    signal.signal(signal.SIGTERM, end_later)


def _look_at_port(host: str, port: int) -> None:
    """Raise PortTaken where somebody listens: processes that share a port would share it with anybody."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for tries_left in reversed(range(PORT_TRIES)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                probe.listen()
            except OSError as error:
                if not tries_left:
                    raise PortTaken(f"{host} port {port}: {error.strerror}") from error
            else:
                return
        time.sleep(LOOK_EVERY)


def _begun_beside() -> multiprocessing.Process:
    process = multiprocessing.Process(target=_work_beside, args=(os.getpid(),), name="beside")
    process.start()
    return process


def _keep_beside(process: multiprocessing.Process, stop: Event) -> None:
    """Keep the process for jobs and rounds running, whatever it dies of."""
    while not stop.is_set():
        while process.is_alive() and not stop.wait(LOOK_EVERY):
            pass
        if stop.is_set():
            process.terminate()
            process.join(PATIENCE)
        elif not stop.wait(AGAIN_AFTER):
            _log.error("the process for jobs and rounds ended with %s and is started again", process.exitcode)
            process = _begun_beside()


def _work_beside(parent: int) -> None:
    """Do jobs where there is no Redis, send texts and word, and keep house, as long as the web processes run."""
    stop = Event()
    log_as_told(serves=True)
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stop.set())
    instance = open_instance(load_settings(os.environ))
    start_housekeeping(instance, stop)
    start_rounds(instance, stop)
    runner = None if instance.settings.redis_url else jobs.start_embedded(instance, WORKS, stop)
    while os.getppid() == parent and not stop.wait(LOOK_EVERY):
        instance.job_asked.set()  # whoever asks for a job does so in another process
    stop.set()
    if runner is not None:
        runner.join(PATIENCE)


def _end_with(parent: int) -> None:
    """End this process when its parent has gone, however that ended: nobody could end it any more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(1)
