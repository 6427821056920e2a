"""Reads definition files: JSON or YAML, with translations inside or in files beside them."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.faults import DefinitionFaulty, Fault
from engage.questionnaire.model import Questionnaire

#: Reads the text of a file named in a definition, relative to it.
ReadBeside = Callable[[str], str]
#: Characters; far above any real questionnaire, so that a hostile file ends early.
LARGEST_FILE = 5_000_000
#: The same for YAML, which takes far longer to read.
LARGEST_YAML = 1_000_000


def read_definition_file(path: Path) -> Questionnaire:
    """Return the questionnaire in a `.json`, `.yaml` or `.yml` file; raises DefinitionFaulty."""
    folder = path.parent

    def beside(name: str) -> str:
        if Path(name).name != name:
            raise OSError(f"{name!r} is not beside {path.name}")
        return (folder / name).read_text(encoding="utf-8")

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DefinitionFaulty([Fault(str(path), "file_unreadable", str(error))]) from error
    return read_definition(text, beside)


def read_definition(text: str, beside: ReadBeside | None = None) -> Questionnaire:
    """Return the questionnaire in a JSON or YAML text, its language files joined in."""
    document = parse_text(text, "")
    if isinstance(document, dict) and beside is not None:
        document = _with_language_files(document, beside)
    return parse_definition(document)


def parse_text(text: str, path: str) -> Any:
    """Return the parsed document of a JSON or YAML text; raises DefinitionFaulty naming line and column."""
    text = text.removeprefix("\ufeff")
    is_json = text.lstrip().startswith("{")
    largest = LARGEST_FILE if is_json else LARGEST_YAML
    if len(text) > largest:
        raise DefinitionFaulty([Fault(path, "file_too_large", f"over {largest} characters")])
    try:
        if is_json:
            return json.loads(text, object_pairs_hook=_distinct, parse_constant=_no_number)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader, stricter still
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise DefinitionFaulty([Fault(path or place, "not_json", f"{error.msg} at {place}")]) from error
    except yaml.YAMLError as error:
        place = _place_of(error, text)
        detail = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML")
        raise DefinitionFaulty([Fault(path or place, "not_yaml", f"{detail} at {place}")]) from error
    except (ValueError, OverflowError) as error:
        raise DefinitionFaulty([Fault(path, "not_json" if is_json else "not_yaml", str(error))]) from error
    except RecursionError as error:
        raise DefinitionFaulty([Fault(path, "nested_too_deep", "nested too deep to read")]) from error


def _place_of(error: yaml.YAMLError, text: str) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1} column {mark.column + 1}"
    before = text[: getattr(error, "position", 0)].split("\n")
    return f"line {len(before)} column {len(before[-1]) + 1}"


def _with_language_files(document: Mapping[str, Any], beside: ReadBeside) -> dict[str, Any]:
    languages = document.get("languages")
    if not isinstance(languages, dict):
        return dict(document)
    joined = {
        tag: _joined(f"languages.{tag}", tag, entry, beside) if isinstance(entry, dict) and "file" in entry else entry
        for tag, entry in languages.items()
    }
    return {**document, "languages": joined}


def _joined(path: str, tag: str, entry: dict[str, Any], beside: ReadBeside) -> dict[str, Any]:
    name = entry["file"]
    if not isinstance(name, str) or "wording" in entry:
        raise DefinitionFaulty([Fault(f"{path}.file", "file_malformed", "expected a file's name, and no `wording`")])
    try:
        text = beside(name)
    except (OSError, ValueError) as error:
        raise DefinitionFaulty([Fault(f"{path}.file", "file_unreadable", str(error))]) from error
    translation = parse_text(text, name)
    if not isinstance(translation, dict) or set(translation) - {"language", "review", "wording"}:
        raise DefinitionFaulty([Fault(name, "translation_malformed", "expected language, review, wording")])
    if translation.get("language") != tag:
        raise DefinitionFaulty([Fault(f"{name}.language", "other_language", f"expected {tag!r}")])
    rest = {key: value for key, value in entry.items() if key != "file"}
    found = {key: translation[key] for key in ("review", "wording") if key in translation}
    return {**rest, **found}


class _StrictLoader(yaml.SafeLoader):
    """YAML that says no more than JSON could: text is text unless it is a JSON number, true, false or null.

    So codes such as `no`, `0800` or 2026-11-21 stay texts. A repeated key, a tag and an alias are faults: an
    alias lets a short file stand for an endless one.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose one node, unless it is an alias or has a tag."""
        event = self.peek_event()  # type: ignore[no-untyped-call] # the stubs leave its type out
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None) not in (None, "!"):
            raise yaml.composer.ComposerError(None, None, "aliases and tags are not taken here", event.start_mark)
        return super().compose_node(parent, index)


def _strict_mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int) or key in found:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} cannot stand here or stands twice", key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_StrictLoader.yaml_implicit_resolvers = {}
_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _strict_mapping)
for _kind, _pattern, _first in (
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"-?(0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", list("-0123456789")),
):
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"(?:{_pattern})\Z"), _first)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of a JSON object, which must not have a name twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {repeated!r} stands twice")
    return found


def _no_number(sign: str) -> None:
    raise ValueError(f"{sign} is no number")
