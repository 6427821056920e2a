"""What engage imports is what its users install: nothing of it comes with the tests alone."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


def test_every_package_that_engage_imports_is_among_its_dependencies() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {_plain(re.split(r"[\[<>=;~! ]", line)[0]) for line in project["dependencies"]}
    brought_along = {"werkzeug": "flask", "jinja2": "flask", "markupsafe": "flask", "itsdangerous": "flask"}
    distributions = packages_distributions()
    missing = {}
    for path in (HOUSE / "engage").rglob("*.py"):
        for name in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            known = {_plain(one) for one in distributions.get(name, [name])}
            if name not in sys.stdlib_module_names and name != "engage" and not known & named:
                missing[name] = (known, path.name)
    assert {name: where for name, where in missing.items() if brought_along.get(name, "") not in named} == {}


def _imported(tree: ast.Module) -> set[str]:
    modules = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level]
    names = {module.partition(".")[0] for module in modules}
    return {name for name in names if not name.startswith("_")}  # stubs and the like, for type checkers alone


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
