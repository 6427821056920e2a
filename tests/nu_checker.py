"""Runs the Nu HTML checker, the one behind validator.w3.org, over pages; it is `vnu.jar` and needs Java."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_IN_PACKAGE = Path("node_modules/vnu-jar/build/dist/vnu.jar")


def nu_checker() -> Path | None:
    """Return the checker: the file NU_CHECKER names, else npm's package vnu-jar; None without it or without Java."""
    places = (Path(os.environ.get("NU_CHECKER", "")), _ROOT / _IN_PACKAGE, _ROOT / ".venv" / "nu" / _IN_PACKAGE)
    found = (place for place in places if place.is_file())
    return next(found, None) if shutil.which("java") else None


def html_errors(checker: Path, pages: Mapping[str, str], folder: Path) -> list[str]:
    """Return what the checker has against pages, given by name, as `name, line: what`."""
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    command = ["java", "-Xss1m", "-jar", str(checker), "--exit-zero-always", "--format", "json", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    messages = json.loads(run.stderr)["messages"]
    return [
        f"{Path(message['url']).stem}, line {message.get('lastLine')}: {message['message']}"
        for message in messages
        if message["type"] != "info"
    ]
