"""Reads definition files: JSON or YAML, with translations inside or in files beside them."""

import json
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


def read_definition_file(path: Path) -> Questionnaire:
    """Return the questionnaire in a `.json`, `.yaml` or `.yml` file; raises DefinitionFaulty."""
    folder = path.resolve().parent

    def beside(name: str) -> str:
        if Path(name).name != name:
            raise OSError(f"{name!r} is not beside {path.name}")
        return (folder / name).read_text(encoding="utf-8")

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
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
    if len(text) > LARGEST_FILE:
        raise DefinitionFaulty([Fault(path, "file_too_large", f"over {LARGEST_FILE} characters")])
    try:
        return json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise DefinitionFaulty([Fault(path or place, "not_json", f"{error.msg} at {place}")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1} column {mark.column + 1}" if mark else "the text"
        detail = str(getattr(error, "problem", None) or "not YAML")
        raise DefinitionFaulty([Fault(path or place, "not_yaml", f"{detail} at {place}")]) from error
    except RecursionError as error:
        raise DefinitionFaulty([Fault(path, "nested_too_deep", "nested too deep to read")]) from error


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
    name = str(entry["file"])
    try:
        text = beside(name)
    except (OSError, UnicodeDecodeError) as error:
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
    """Safe YAML in which a repeated key is a fault and codes such as `no` or 2026-11-21 stay texts."""


def _strict_mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int) or key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} cannot stand here or stands twice", key_node.start_mark
            )
        seen.add(key)
    return dict(loader.construct_mapping(node, deep=True))


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _strict_mapping)
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in _StrictLoader.yaml_implicit_resolvers.items()
}
