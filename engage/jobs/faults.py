"""How a job may end other than well, and what the log may say of a fault."""

import traceback


class JobRefused(Exception):
    """Work that cannot be done as asked; the message is shown to whoever asked."""


class JobInterrupted(BaseException):
    """A job that goes no further here; no fault, so nothing that catches faults may hold it up."""


class JobCancelled(JobInterrupted):
    """Somebody does not want it any more."""


class JobStopped(JobInterrupted):
    """The process stops; another one goes on with the job."""


class JobLost(JobInterrupted):
    """Another runner has the job: this one was taken for dead."""


def where_it_failed(error: BaseException) -> str:
    """Return the lines of code a fault went through, without its message: that could quote an answer."""
    return "".join(traceback.format_tb(error.__traceback__))
