"""The published JSON Schema of the definition format, for editors and for programs that write definitions."""

import json
from importlib.resources import files
from typing import Any


def definition_schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) that `engage survey schema` prints.

    It knows every field, its kind and what each type of question takes. What lies between the parts, such as an
    unknown route or a fold that leaves a code out, only `parse_definition` finds.
    """
    schema: dict[str, Any] = json.loads((files(__package__) / "definition.schema.json").read_text(encoding="utf-8"))
    return schema
