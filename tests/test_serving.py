"""One machine serves with several processes; what dies is replaced, and what was cut off is not taken for whole."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from pathlib import Path
from threading import Event, Thread

import pytest
from werkzeug import Request, Response
from werkzeug.test import EnvironBuilder, run_wsgi_app

from builders import an_instance
from engage.serving import PortTaken, _look_at_port, taking_turns

ENGAGE = str(Path(sys.executable).with_name("engage"))


@pytest.fixture
def port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve a surveyed instance with two processes."""
    instance = an_instance(tmp_path, surveyed=True)
    instance.database.close()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
    environment |= {"ENGAGE_INSTANCE": str(instance.settings.instance)}
    if not instance.settings.database_url.startswith("sqlite"):
        environment["ENGAGE_DATABASE_URL"] = instance.settings.database_url.replace("+psycopg", "")
    command = [ENGAGE, "serve", "--port", str(port), "--processes", "2"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(port) == HTTPStatus.OK)
        yield process
    finally:
        process.terminate()
        process.wait(40)


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds; fail where it does not come to that."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.1)


def answers(port: int) -> int:
    """Return the status of the start page, 0 where nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/s/local")
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def children_of(pid: int) -> set[int]:
    """Return the processes that a process started."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for children in found for child in children.read_text(encoding="ascii").split()}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_process_that_is_killed_is_replaced_and_none_outlives_the_first(
    served: subprocess.Popen[bytes], port: int
) -> None:
    before = children_of(served.pid)
    assert len(before) == 3  # two that answer, one beside them
    os.kill(max(before), signal.SIGKILL)
    wait_until(lambda: len(children_of(served.pid)) == 3 and children_of(served.pid) != before)
    assert answers(port) == HTTPStatus.OK
    with pytest.raises(PortTaken):
        _look_at_port("127.0.0.1", port)
    served.kill()
    served.wait(20)
    wait_until(lambda: answers(port) == 0)


@pytest.mark.parametrize(("sent", "status"), [(b"answer=very_safe", HTTPStatus.OK), (b"answer=very", 400)])
def test_a_form_that_breaks_off_on_its_way_is_not_read(sent: bytes, status: int) -> None:
    @Request.application
    def form(request: Request) -> Response:
        return Response(request.form["answer"])

    environ = EnvironBuilder(method="POST", content_type="application/x-www-form-urlencoded").get_environ()
    environ |= {"CONTENT_LENGTH": str(len(b"answer=very_safe")), "wsgi.input": BytesIO(sent)}
    environ["wsgi.input_terminated"] = True
    _, said, _ = run_wsgi_app(taking_turns(form), environ)
    assert said.startswith(str(int(status)))


def test_a_body_of_unknown_length_that_comes_slowly_holds_up_nobody() -> None:
    begun, come = Event(), Event()

    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            begun.set()
            come.wait(20)
            return super().read(size)

    @Request.application
    def echo(request: Request) -> Response:
        return Response(request.get_data())

    served = taking_turns(echo, at_once=1)
    plain = EnvironBuilder(method="POST").get_environ()
    chunked = plain | {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, "wsgi.input": Slow(b"{}")}
    chunked.pop("CONTENT_LENGTH", None)
    senders = [Thread(target=run_wsgi_app, args=(served, environ), daemon=True) for environ in (chunked, plain)]
    senders[0].start()
    assert begun.wait(20)
    senders[1].start()
    senders[1].join(5)
    assert not senders[1].is_alive()
    come.set()
    senders[0].join(5)
