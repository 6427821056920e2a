"""Audits what engage is installed with: known weaknesses where the service that knows them can be reached.

Where it cannot, the audit says so, and only checks that requirements.lock pins everything that is installed to the
version that is installed. Exit status 1 where a package has a known weakness, or is not what the lock says.
"""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

LOCK = Path(__file__).parent.parent / "requirements.lock"
#: Where pip-audit asks, and how long this waits to see whether anybody is there (seconds).
SERVICE, PATIENCE = "https://pypi.org/pypi/pip/25.3/json", 5
EXTRAS = ("", "test")


def main() -> int:
    """Audit, and print what was found; 1 where something is wrong."""
    pinned, faults = read_lock(LOCK.read_text(encoding="utf-8"))
    installed = dict(needed("engage"))
    for name, version in sorted(installed.items()):
        if not any(is_same(version, locked) for locked in pinned.get(name, ())):
            faults.append(
                f"{name} {version} is installed, and the lock says {', '.join(pinned.get(name, ['nothing']))}"
            )
    if faults:
        print("requirements.lock does not hold:", *faults, sep="\n  ", file=sys.stderr)
        return 1
    print(f"requirements.lock pins all {len(installed)} packages that are installed to the very version.")
    if not is_reachable():
        print(
            f"NO AUDIT: {SERVICE} tells nothing from here; nobody checked the packages for known weaknesses",
            file=sys.stderr,
        )
        return 0
    return audit()


def read_lock(text: str) -> tuple[Mapping[str, list[str]], list[str]]:
    """Return package → versions that are pinned, and lines that pin nothing."""
    pinned: dict[str, list[str]] = {}
    faults = []
    for line in filter(None, (line.partition(" #")[0].strip() for line in text.splitlines())):
        if line.startswith("#"):
            continue
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            faults.append(f"{line}: not a package")
            continue
        exact = re.fullmatch(r"==([^*,]+)", str(wanted.specifier))
        if exact:
            pinned.setdefault(canonicalize_name(wanted.name), []).append(exact[1])
        else:
            faults.append(f"{line}: not an exact version")
    return pinned, faults


def is_same(installed: str, locked: str) -> bool:
    """Say whether two ways of writing a version mean the same one."""
    try:
        return Version(installed) == Version(locked)
    except InvalidVersion:
        return False


def needed(name: str) -> Iterator[tuple[str, str]]:
    """Yield every package that engage and its tests need here, with the version that is installed."""
    waiting, known = [(name, EXTRAS)], set[tuple[str, tuple[str, ...]]]()
    while waiting:
        package, extras = waiting.pop()
        if (package, extras) in known:
            continue
        known.add((package, extras))
        try:
            found = distribution(package)
        except PackageNotFoundError:
            yield package, "nothing"
            continue
        if package != name:
            yield canonicalize_name(package), found.version
        for line in found.requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append((canonicalize_name(wanted.name), ("", *sorted(wanted.extras))))


def is_reachable() -> bool:
    """Say whether the service answers that knows of weaknesses: a mirror of packages answers without them."""
    try:
        with urllib.request.urlopen(SERVICE, timeout=PATIENCE) as answer:
            return "vulnerabilities" in json.load(answer)
    except (OSError, ValueError):
        return False


def audit() -> int:
    """Have pip-audit ask for every package of the lock; what it could not ask for is no package without weakness."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit>=2.10"]
    if find_spec("pip_audit") is None:
        subprocess.run(install, check=True)
    asked = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--no-deps", "--disable-pip"]
    run = subprocess.run([*asked, "--format", "json"], stdout=subprocess.PIPE, check=False)
    return judge(run.stdout)


def judge(said: bytes) -> int:
    """Print what pip-audit said; 1 where a package has a known weakness."""
    try:
        found = json.loads(said)["dependencies"]
    except (ValueError, KeyError):
        print("NO AUDIT: pip-audit could not finish; nobody checked the packages for known weaknesses", file=sys.stderr)
        return 0
    weak = [f"{one['name']} {one['version']}: {weakness['id']}" for one in found for weakness in one.get("vulns", ())]
    skipped = [one["name"] for one in found if "skip_reason" in one]
    print(
        f"pip-audit: {len(found) - len(skipped)} packages asked for, {len(weak)} known weaknesses.", *weak, sep="\n  "
    )
    if skipped:
        print(f"NOT AUDITED, as the service does not know them: {', '.join(skipped)}", file=sys.stderr)
    return 1 if weak else 0


if __name__ == "__main__":
    raise SystemExit(main())
