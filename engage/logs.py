"""Writes the log: one JSON object a line where a program reads it, plain lines where a person does."""

import json
import logging
import os
import sys
from datetime import UTC, datetime

#: What a line may say beside its event: names, ids of our own making and figures, never what somebody sent.
FIELDS = ("request", "route", "method", "status", "ms", "job", "kind", "state", "fault", "check")
PLAIN = "%(levelname)s %(name)s %(message)s"
#: Loggers of others that say too much.
_QUIET = ("alembic", "sqlalchemy", "rq", "werkzeug", "granian.access", "waitress.queue")


class JsonLines(logging.Formatter):
    """One JSON object a line; of fields only those named above, so that nothing slips in."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line. Times are in whole seconds: nobody is to be found by one."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        event, _, where = record.getMessage().partition("\n")
        line = {"at": at, "level": record.levelname.lower(), "from": record.name, "event": event}
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if where:
            line["where"] = where
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """The same for a person at a terminal."""

    def __init__(self) -> None:
        super().__init__(PLAIN)

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line, its fields behind it and no message of an exception."""
        record.exc_info = record.exc_text = None
        fields = [f"{name}={getattr(record, name)}" for name in FIELDS if hasattr(record, name)]
        return " ".join([super().format(record), *fields])


def log_as_told(*, serves: bool = False) -> None:
    """Write the log of this process to standard error: of one that serves every request, else what went wrong."""
    usual = "INFO" if serves and not sys.stderr.isatty() else "WARNING"
    handler = logging.StreamHandler()
    handler.setFormatter(PlainLines() if sys.stderr.isatty() else JsonLines())
    # No line says which code wrote it or in which thread, so nobody needs to look.
    logging._srcfile = None  # noqa: SLF001 - as the logging HOWTO has it
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", usual), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
