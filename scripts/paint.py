"""Measures what a cheap phone on slow 3G waits for: bytes, requests, first paint and the first question.

The floor is a bare page with one heading, served by the same server and throttled alike in the same run: 400 kbit/s,
400 ms a round trip, the processor slowed down four times. Each figure is the median of `--runs` cold visits in
Chromium.
"""

import argparse
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

#: Bytes a second, milliseconds a round trip and times slower: slow 3G and a cheap phone.
THROUGHPUT, ROUND_TRIP, SLOWDOWN = 400_000 // 8, 400, 4
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
BARE = """
import flask, waitress
app = flask.Flask("bare")
@app.get("/")
def page():
    return "<!doctype html><html lang=en><meta charset=utf-8><title>Page</title><h1>Hello</h1>"
waitress.serve(app, host="127.0.0.1", port=PORT, threads=4, _quiet=True)
"""
ENGAGE = "from engage.cli import main; main()"


@dataclass
class Visit:
    """One cold visit: milliseconds until the first paint and until the first question can be answered."""

    paint: float = 0.0
    ready: float = 0.0
    #: Of each answer that has come whole, over the wire, headers included.
    sizes: list[float] = field(default_factory=list)


def main() -> None:
    """Measure every kind of visit and print one table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5, help="cold visits of each kind")
    arguments.add_argument("--json", type=Path, help="file to write the figures to")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="engage-paint-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        figures = measure(browser, Path(folder), options.runs)
        browser.close()
    for name, figure in figures.items():
        paint = f"{figure['paint ms']:.0f} ms" if figure["paint ms"] else "–"
        print(
            f"{name:46}{paint:>9} first paint{figure['ready ms']:>7.0f} ms until the question"
            f"{figure['bytes']:>8.0f} bytes in{figure['requests']:>3.0f} requests"
        )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measure(browser: Browser, folder: Path, runs: int) -> dict[str, dict[str, float]]:
    """Return name → medians."""
    figures = {}
    with running(["-c", BARE], folder) as port:
        figures["bare page"] = medians(browser, f"http://127.0.0.1:{port}/", runs, None, script=True)
    with running(["-c", ENGAGE, "serve"], folder) as port:
        start = f"http://127.0.0.1:{port}/s/local"
        for language, style in (("en", "standard"), ("en", "easy_read"), ("ar", "standard"), ("ti", "standard")):
            address = f"{start}?lang={language}&style={style}"
            for script in (True, False):
                name = f"{language}, {style}, {'with' if script else 'without'} JavaScript"
                figures[name] = medians(browser, address, runs, first_question, script=script)
    return figures


def medians(
    browser: Browser, address: str, runs: int, go_on: Callable[[Page], None] | None, *, script: bool
) -> dict[str, float]:
    """Return the medians of some cold visits."""
    visits = [visit(browser, address, go_on, script=script) for _ in range(runs)]
    return {
        "paint ms": statistics.median(one.paint for one in visits),
        "ready ms": statistics.median(one.ready for one in visits),
        "bytes": statistics.median(sum(one.sizes) for one in visits),
        "requests": statistics.median(len(one.sizes) for one in visits),
    }


def visit(browser: Browser, address: str, go_on: Callable[[Page], None] | None, *, script: bool) -> Visit:
    """Make one cold visit on a throttled line."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=script)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    limits = {"offline": False, "latency": ROUND_TRIP, "downloadThroughput": THROUGHPUT, "uploadThroughput": THROUGHPUT}
    wire.send("Network.emulateNetworkConditions", limits)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    seen = Visit()
    wire.on("Network.loadingFinished", lambda event: seen.sizes.append(event["encodedDataLength"]))
    started = time.monotonic()
    page.goto(address)
    if go_on:
        go_on(page)
    seen.ready = (time.monotonic() - started) * 1000
    seen = Visit(ready=seen.ready, sizes=list(seen.sizes))
    seen.paint = first_paint(page) if script else seen.paint
    context.close()
    return seen


def first_paint(page: Page) -> float:
    """Return the milliseconds from the visit's beginning to the first words on the screen."""
    paints: float = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)[0] || 0"
    )
    return paints


def first_question(page: Page) -> None:
    """Go from the start page to the first question, as a person does."""
    page.locator("form button.button").first.click()
    page.locator("input[name=consent]").check()
    page.locator("input[name=age_band][value='16-17']").check()
    page.locator("button[value=next]").click()
    page.locator("input[name=district], input[name=postcode], select[name=district]").first.wait_for()


def chromium() -> str:
    """Return the path of a Chromium; ends the program where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        sys.exit("no Chromium here")
    return found


@contextmanager
def running(arguments: list[str], folder: Path) -> Iterator[int]:
    """Run a Python server on a free port until the block is left."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {"PATH": "/usr/bin:/bin", "ENGAGE_INSTANCE": str(folder / "instance"), "PORT": str(port)}
    environment["ENGAGE_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    engage = [sys.executable, "-c", ENGAGE]
    if "serve" in arguments:
        owner = "owner@paint.invalid"
        for command in (
            ["survey", "import", "feeling-safe"],
            ["staff", "add", owner, "--role", "admin"],
            ["survey", "open", "feeling-safe", "--wave", "paint", "--owner", owner],
        ):
            subprocess.run([*engage, *command], check=True, env=environment, stdout=subprocess.DEVNULL)
    asked = [part.replace("PORT", str(port)) for part in arguments]
    server = subprocess.Popen([sys.executable, *asked], env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
