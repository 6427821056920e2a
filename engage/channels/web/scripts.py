"""Joins the scripts of the survey's pages into one file per purpose, each part in its declared order."""

import hashlib
from functools import cache
from pathlib import Path

from engage.channels.web.minified import shortened

_FOLDER = Path(__file__).with_name("static") / "script"
#: What a survey's page runs until its first question is there.
SURVEY = (
    *("conditions", "routing", "order", "person", "whole", "rest", "pages", "around", "first", "flow", "events"),
    *("ways_out", "leave", "able", "more", "survey"),
)
#: What it fetches then: sending, saving, working without a network.
MORE = (
    *("shared", "answers", "giving", "area", "acting", "reading", "bytes", "seal", "store", "outbox", "saved"),
    *("offline", "ending", "check", "saving", "waiting", "aloud", "bringing", "effort", "everything"),
)
#: What a prepared tablet runs, all of it at once.
OUTREACH = (
    *("conditions", "routing", "order", "answers", "person", "giving", "whole", "rest", "area", "pages", "around"),
    *("first", "flow", "acting", "reading", "events", "ways_out", "bytes", "seal", "store", "outbox", "aloud"),
    *("ending", "check", "bringing", "outreach"),
)
#: What a page runs on which something is drawn or put into an order.
BY_HAND = ("sheet", "ranked", "by_hand")
#: What works behind the pages, so that they open without a network.
WORKER = ("bytes", "seal", "store", "outbox", "worker")


def joined(names: tuple[str, ...]) -> str:
    """Return these parts one behind the other, as they were written."""
    return "\n".join((_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in names)


@cache
def bundle(names: tuple[str, ...]) -> tuple[str, str]:
    """Return these parts as one script, and a mark that changes with it."""
    return minified(joined(names))


def minified(script: str) -> tuple[str, str]:
    """Return a script so that it leaves no name behind, and a mark that changes with it."""
    text = shortened("text/javascript", f'(function () {{\n"use strict";\n{script}\n}})();\n')
    return text, hashlib.sha256(text.encode()).hexdigest()[:8]
