"""Who runs a job: a process of a machine, so that others on that machine can see whether it still lives."""

import os
import socket
from functools import cache
from pathlib import Path
from uuid import uuid4

_PROC = Path("/proc")


def new_runner() -> str:
    """Return a name for one run of a job in this process: machine, process, when that began, and this run."""
    pid = os.getpid()
    return f"{_machine()}|{pid}|{_begun(pid)}|{uuid4().hex[:8]}"


def is_dead(runner: str | None) -> bool:
    """Say whether a runner is known to live no more; of another machine's nobody here can know."""
    if runner is None:
        return True
    machine, pid, begun, _ = runner.split("|")
    return machine == _machine() and begun != "0" and _begun(int(pid)) != begun


@cache
def _machine() -> str:
    """Return what tells this machine apart, since it was started; containers have process numbers of their own."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot[:18]}{(_PROC / 'self/ns/pid').readlink().name[5:-1]}"
    except OSError:
        return socket.gethostname()[:40].replace("|", "-")


def _begun(pid: int) -> str:
    """Return when a process began, in ticks since the machine did; `0` where that cannot be known, else `gone`."""
    if not (_PROC / "self/stat").exists():
        return "0"
    try:
        state, *fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return "gone"
    return "gone" if state in ("Z", "X") else fields[18]
