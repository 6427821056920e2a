"""Definition files: what authors get wrong is named with its place, and no file however hostile does harm."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.faults import DefinitionFaulty, Fault
from engage.questionnaire.files import (
    LARGEST_FILE,
    LARGEST_YAML,
    parse_text,
    read_definition,
    read_definition_file,
)
from questionnaire.tiny import a_document, a_question, every_field


def fault_of(text: str, path: str = "") -> Fault:
    """Return the one fault of a text that cannot be parsed."""
    with pytest.raises(DefinitionFaulty) as caught:
        parse_text(text, path)
    (fault,) = caught.value.faults
    return fault


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Y", "Y"),
        ("2026-11-21", "2026-11-21"),
        ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"),
        ("0800", "0800"),
        ("0112", "0112"),
        ("0x10", "0x10"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("+44", "+44"),
        ("13-15", "13-15"),
        ("65+", "65+"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("=", "="),
        ("<<", "<<"),
        ("Nullable", "Nullable"),
        ("'1'", "1"),
        ("1", 1),
        ("-7", -7),
        ("2.5", 2.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_yaml_is_read_as_json_would_be(written: str, value: Any) -> None:
    parsed = parse_text(f"key: {written}\n", "")
    assert parsed == {"key": value}
    assert type(parsed["key"]) is type(value)


def test_codes_like_no_are_texts_as_keys_and_in_lists_too() -> None:
    assert parse_text("fold: {yes: no, off: on}\nlist: [no, 2026-01-01]\n", "") == {
        "fold": {"yes": "no", "off": "on"},
        "list": ["no", "2026-01-01"],
    }


def test_json_and_yaml_of_one_document_are_the_same() -> None:
    document = every_field()
    in_yaml = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    assert parse_text(in_yaml, "") == parse_text(json.dumps(document), "") == document


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_a_byte_order_mark_makes_no_difference(tmp_path: Path, mark: str, write: Any) -> None:
    file = tmp_path / "tiny.json"
    file.write_text(mark + write(a_document()), encoding="utf-8")
    assert read_definition_file(file) == parse_definition(a_document())


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ('{"a": 1,\n "b" 2}', "line 2 column 6", "not_json"),
        ('{"a": 1', "line 1 column 8", "not_json"),
        ('{"a": "\x07"}', "line 1 column 8", "not_json"),
        ("a: 1\nb: [1, 2\nc: 3\n", "line 3 column 2", "not_yaml"),
        ("a:\n\tb: 1\n", "line 2 column 1", "not_yaml"),
        ("a: b: c\n", "line 1 column 5", "not_yaml"),
        ("a: 1\nb: 2\na: 3\n", "line 3 column 1", "not_yaml"),
        ("a: {b: 1, b: 2}\n", "line 1 column 11", "not_yaml"),
        ("a: 1\nb: nul\x00\n", "line 2 column 7", "not_yaml"),
        ("a: 1\n---\nb: 1\n", "line 2 column 1", "not_yaml"),
        ("? [a]\n: 1\n", "line 1 column 3", "not_yaml"),
        ("a: &x [1]\nb: *x\n", "line 2 column 4", "not_yaml"),
        ("a: &x {b: *x}\n", "line 1 column 11", "not_yaml"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1 column 4", "not_yaml"),
        ("a: !!binary aGk=\n", "line 1 column 4", "not_yaml"),
        ("a: !!timestamp soon\n", "line 1 column 4", "not_yaml"),
        ("a: !!int ''\n", "line 1 column 4", "not_yaml"),
        ("a: !ours b\n", "line 1 column 4", "not_yaml"),
        ('{"a": 1, "a": 2}', "", "not_json"),
        ('{"a": NaN}', "", "not_json"),
        ('{"a": -Infinity}', "", "not_json"),
        ('{"a": ' + "1" * 5000 + "}", "", "not_json"),
        ("a: " + "1" * 5000, "", "not_yaml"),
        ('a: "\\UFFFFFFFF"', "", "not_yaml"),
        ("[" * 100_000, "", "nested_too_deep"),
        ('{"a":' * 100_000, "", "nested_too_deep"),
        ("- " * 100_000, "", "nested_too_deep"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_text_that_cannot_be_parsed_is_named_with_its_place(text: str, path: str, code: str) -> None:
    fault = fault_of(text)
    assert (fault.path, fault.code) == (path, code)
    assert path in fault.detail


def test_a_named_file_stands_before_the_place_in_it() -> None:
    fault = fault_of("a: [", "tiny.so.yaml")
    assert fault.path == "tiny.so.yaml"
    assert "line 1 column 5" in fault.detail


def test_a_repeated_name_is_told() -> None:
    assert "'title'" in fault_of('{"title": "a", "title": "b"}').detail
    assert "'title'" in fault_of("title: a\ntitle: b").detail


def test_a_billion_laughs_end_at_the_first() -> None:
    lines = ["a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    started = time.monotonic()
    assert fault_of("\n".join(lines)).code == "not_yaml"
    assert time.monotonic() - started < 1


def test_a_file_far_above_any_real_questionnaire_is_not_read() -> None:
    assert fault_of("{" + " " * LARGEST_FILE).code == "file_too_large"
    assert fault_of("a: " + "b" * LARGEST_YAML).code == "file_too_large"


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "3", "null", "just words"])
def test_a_file_that_holds_no_definition_is_a_fault(text: str) -> None:
    with pytest.raises(DefinitionFaulty) as caught:
        read_definition(text)
    assert ("", "not_a_mapping") in [(fault.path, fault.code) for fault in caught.value.faults]


def test_half_a_pair_of_an_escaped_sign_is_a_fault() -> None:
    with pytest.raises(DefinitionFaulty) as caught:
        read_definition(json.dumps(a_document(title="broken \ud83d")))
    assert [(fault.path, fault.code) for fault in caught.value.faults] == [("title", "text_malformed")]
    assert read_definition(json.dumps(a_document(title="whole \U0001f600"))).slug == "tiny"


def test_an_unreadable_file_is_a_fault(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("title: Ihr G\xfcrtel".encode("latin-1"))
    for path in (tmp_path / "gone.yaml", tmp_path, latin, Path(f"{tmp_path}/nul\x00.yaml")):
        with pytest.raises(DefinitionFaulty) as caught:
            read_definition_file(path)
        assert [fault.code for fault in caught.value.faults] == ["file_unreadable"]


# Language files


def in_folder(folder: Path, translation: str | None, **entry: Any) -> Path:
    """Write a definition with a Somali entry, and the file it names."""
    document = a_document(a_question("q"), languages={"en": {}, "so": {"file": "tiny.so.yaml"} | entry})
    (folder / "tiny.json").write_text(json.dumps(document), encoding="utf-8")
    if translation is not None:
        (folder / "tiny.so.yaml").write_text(translation, encoding="utf-8")
    return folder / "tiny.json"


def translation_fault(path: Path) -> tuple[str, str]:
    """Return (path, code) of the one fault with a language file."""
    with pytest.raises(DefinitionFaulty) as caught:
        read_definition_file(path)
    (fault,) = caught.value.faults
    return fault.path, fault.code


def test_a_language_file_beside_the_definition_is_joined(tmp_path: Path) -> None:
    path = in_folder(tmp_path, "\ufefflanguage: so\nreview: reviewed\nwording: {q.text: Maxay, q.option.no: Maya}\n")
    somali = read_definition_file(path).language("so")
    assert somali is not None
    assert (somali.review, dict(somali.wording)) == ("reviewed", {"q.text": "Maxay", "q.option.no": "Maya"})


def test_the_definition_may_say_how_far_a_language_file_is_trusted(tmp_path: Path) -> None:
    path = in_folder(tmp_path, "language: so\nwording: {q.text: Maxay}\n", review="reviewed")
    somali = read_definition_file(path).language("so")
    assert somali is not None
    assert somali.review == "reviewed"


def test_a_missing_language_file_is_a_fault(tmp_path: Path) -> None:
    assert translation_fault(in_folder(tmp_path, None)) == ("languages.so.file", "file_unreadable")


@pytest.mark.parametrize(
    "name", ["../so.yaml", "/etc/passwd", "sub/so.yaml", "..", ".", "", "nul\x00", "\ud800", "a" * 300]
)
def test_a_language_file_outside_the_folder_is_not_read(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    for other in (tmp_path, inside / "sub"):
        (other / "so.yaml").write_text("language: so\nwording: {}\n")
    assert translation_fault(in_folder(inside, None, file=name)) == ("languages.so.file", "file_unreadable")


@pytest.mark.parametrize("name", [7, None, ["tiny.so.yaml"], {}])
def test_a_language_files_name_is_a_text(tmp_path: Path, name: Any) -> None:
    assert translation_fault(in_folder(tmp_path, None, file=name)) == ("languages.so.file", "file_malformed")


def test_a_language_has_its_words_here_or_in_a_file_not_both(tmp_path: Path) -> None:
    path = in_folder(tmp_path, "language: so\nwording: {}\n", wording={"q.text": "Maxay"})
    assert translation_fault(path) == ("languages.so.file", "file_malformed")


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("language: ar\nwording: {}\n", ("tiny.so.yaml.language", "other_language")),
        ("wording: {}\n", ("tiny.so.yaml.language", "other_language")),
        ("language: so\nwords: {}\n", ("tiny.so.yaml", "translation_malformed")),
        ("- so\n", ("tiny.so.yaml", "translation_malformed")),
        ("1: so\n", ("tiny.so.yaml", "translation_malformed")),
        ("", ("tiny.so.yaml", "translation_malformed")),
        ("language: [so\n", ("tiny.so.yaml", "not_yaml")),
        ("language: so\nwording: {q.text: 7}\n", ("languages.so.wording.q.text", "text_missing")),
        ("language: so\nwording: {q.gone: a}\n", ("languages.so.wording.q.gone", "unknown_wording")),
        ("language: so\nwording: {1: a}\n", ("languages.so.wording", "not_a_mapping")),
        ("language: so\nreview: perfect\n", ("languages.so.review", "unknown_value")),
    ],
)
def test_a_faulty_language_file_is_named(tmp_path: Path, translation: str, fault: tuple[str, str]) -> None:
    assert translation_fault(in_folder(tmp_path, translation)) == fault


def test_a_definition_without_a_folder_joins_no_file() -> None:
    text = json.dumps(a_document(languages={"en": {}, "so": {"file": "tiny.so.yaml"}}))
    with pytest.raises(DefinitionFaulty, match="file_not_joined"):
        read_definition(text)
    with pytest.raises(DefinitionFaulty, match="not_a_mapping"):
        read_definition(json.dumps(a_document(languages=["so"])), lambda _name: "")
