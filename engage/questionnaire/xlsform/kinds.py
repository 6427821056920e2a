"""Reads the `type` of a row of a form, in its new and old spellings."""

import re
from dataclasses import dataclass

_REFUSED = {
    "geopoint": "a place on the map would say where somebody lives: ask for an area instead",
    "geotrace": "a line on the map would say where somebody goes: ask for an area instead",
    "geoshape": "a shape on the map is not asked: ask for an area instead",
    "image": "photos are not taken, as they show who people are; a drawing is (appearance draw)",
    "audio": "recordings are not taken, as voices show who people are",
    "video": "films are not taken, as they show who people are",
    "file": "files are not taken",
    "barcode": "barcodes are not read",
    "time": "a time of day is not a type of question here: ask for it as text or as a choice",
    "datetime": "a date with a time is not a type of question here: ask for a date",
    "osm": "features of a map are not asked",
    "select_one_from_file": "its choices stand in another file: write them into the sheet choices",
    "select_multiple_from_file": "its choices stand in another file: write them into the sheet choices",
    "select_one_external": "its choices stand outside the sheet choices: write them there",
    "begin loop": "a loop repeats questions; a questionnaire here asks each question once",
}
#: Filled in by the device, never asked.
_METADATA = frozenset(
    {"start", "end", "today", "deviceid", "device id", "subscriberid", "subscriber id", "simserial", "sim id"}
    | {"sim_serial", "phonenumber", "username", "email", "audit", "imei", "start time", "end time", "start-geopoint"}
    | {"background-geopoint", "background-audio", "hidden", "csv-external", "xml-external", "date_time", "property"}
    | {"get today", "get start time", "get end time", "get device id", "get sim id", "get phone number"}
)
_ALIASES = {
    "string": "text",
    "int": "integer",
    "number": "integer",
    "phone number": "contact",
    "trigger": "acknowledge",
    "photo": "image",
    "picture": "image",
    "location": "geopoint",
    "gps": "geopoint",
    "date time": "datetime",
    "begin looped group": "begin loop",
    "begin lgroup": "begin repeat",
    "end lgroup": "end repeat",
    "end looped group": "end loop",
}
_PLAIN = frozenset(
    {"text", "integer", "decimal", "date", "range", "note", "contact", "acknowledge", "calculate"}
    | {"begin group", "end group", "begin repeat", "end repeat", "end loop"}
)
_FROM_LIST = re.compile(
    r"(?:add |q )?(?P<kind>select[_ ]one|select1|select[_ ]multiple|select all that apply|select|rank)"
    r"(?: prompt)?(?: (?:from|using))? (?P<list>\S.*)",
    re.IGNORECASE,
)
_OTHER = re.compile(r"(?P<list>.*\S) (?:or[_ ](?:specify[_ ])?other)", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """What a row is: one of the plain types, `one`, `many`, `rank`, `metadata`, or `refused` with the reason."""

    name: str
    list_name: str = ""
    has_other: bool = False
    reason: str = ""


def read_kind(said: str) -> Kind:
    """Return what the `type` of a row says."""
    text = " ".join(said.split())
    word = re.sub(r"^(begin|end)_", r"\1 ", text.lower())
    first = word.partition(" ")[0]
    if first in _REFUSED:
        return Kind("refused", reason=_REFUSED[first])
    if found := _FROM_LIST.fullmatch(text):
        return _chosen(found)
    word = re.sub(r"^(?:add|q) (.+?)(?: prompt)?$", r"\1", word)
    word = _ALIASES.get(word, word)
    if word in _METADATA or word.startswith("uri:"):
        return Kind("metadata")
    if word in _PLAIN:
        return Kind(word)
    return Kind("refused", reason=_REFUSED.get(word, f"“{text}” is not a type of question that is taken here"))


def _chosen(found: re.Match[str]) -> Kind:
    other = _OTHER.fullmatch(found["list"])
    name = (other["list"] if other else found["list"]).strip()
    kind = found["kind"].lower()
    how = "rank" if kind == "rank" else "one" if kind.replace("_", " ") in ("select one", "select1") else "many"
    return Kind(how, name, has_other=bool(other))
