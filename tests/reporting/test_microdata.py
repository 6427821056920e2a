"""Row-level data: handed out for a reason that is kept, counted, and without what could lead to a person."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from builders import WARD, WAVE, a_door, a_submission, an_instance, with_survey
from engage.collection.receive import receive_submissions
from engage.collection.withdrawal import erase_response
from engage.reporting.microdata import (
    FORMATS,
    HANDED_OUT,
    Handout,
    MicrodataRefused,
    hand_out,
    hand_out_codebook,
    lines,
)
from engage.reporting.microdata.files import write_csv
from engage.response.receipts import receipt_of
from engage.response.serials import response_id_of
from engage.storage import audit, responses
from engage.storage.instance import Instance
from reporting.answered import DISTRICT, SURVEY, mark_synthetic, people, take_in
from staffing import printed_forms

REASON = "Weights for the annual needs assessment"
KEYED_BY = "ambassador@example.org"
OWN_WORDS = "My cousin told me on the bridge"
PEOPLE = [
    people(2, {"safe_day": "very_safe", "unsafe_reasons": ["dark", "threats"], "say_more": OWN_WORDS}),
    people(1, {"safe_day": "dk", "communities": ["somali", {"other": "Kriol speakers"}]}, age_band="16-17"),
    people(1, {"safe_day": "unsafe"}, style="easy_read", language="so", area=None, area_relation=[]),
]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with the made-up answers of five people, one of them from a paper form."""
    instance = an_instance(tmp_path_factory.mktemp("microdata"))
    survey = with_survey(instance)
    mark_synthetic(instance)
    [serial] = printed_forms(instance, survey)
    form = {"serial": serial, "response_id": str(response_id_of(serial)), "keyed_by": KEYED_BY}
    take_in(instance, [*PEOPLE, people(1, {"say_more": OWN_WORDS}, channel="paper_keyed", **form)])
    yield instance
    instance.database.close()


def taken(instance: Instance, form: str = "csv", **asked: Any) -> bytes:
    """Return a file of rows, taken by an admin."""
    asking = Handout(SURVEY, WAVE, form, **{"reason": REASON, **asked})
    with hand_out(instance, asking, by="admin@example.org").content as content:
        return content.read()


def rows_in(body: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def unpacked(form: str, body: bytes) -> str:
    """Return everything a file says; of an SPSS file, which is packed, what a reader makes of it."""
    if form != "sav":
        return body.decode()
    frame, told = pyreadstat.read_sav(io.BytesIO(body))
    return f"{frame.to_csv()}{told.notes}{told.file_label}{told.column_names_to_labels}{told.variable_value_labels}"


def lines_in_audit(instance: Instance) -> list[audit.AuditLine]:
    """Return who took rows, when and what for, the last first."""
    with instance.database.reading() as session:
        return audit.last_of(session, HANDED_OUT, 100)


def test_a_row_has_the_codes_given_the_day_and_nothing_of_who_it_was(answered: Instance) -> None:
    rows = rows_in(taken(answered))
    assert len(rows) == 5
    assert {(row["rows_in_file"], row["synthetic"]) for row in rows} == {("5", "1")}
    assert {row["received_on"] for row in rows} == {"2026-11-21"}
    [young] = [row for row in rows if row["age_band"] == "16-17"]
    assert (young["safe_day"], young["communities__somali"], young["communities__other"]) == ("dk", "1", "1")
    assert (young["communities__polish"], young["unsafe_reasons__dark"]) == ("0", "")
    [easy] = [row for row in rows if row["style"] == "easy_read"]
    assert (easy["safe_day"], easy["language"], easy["area"], easy["area_relation__live"]) == ("unsafe", "so", "", "")
    assert not {"response_id", "receipt", "serial", "keyed_by", "batch", "say_more", "guardian"} & set(rows[0])


@pytest.mark.parametrize("form", FORMATS)
def test_no_byte_of_a_file_holds_an_id_a_receipt_a_serial_or_own_words(answered: Instance, form: str) -> None:
    body = taken(answered, form)
    with answered.database.reading() as session:
        stored = list(responses.of_wave(session, SURVEY, WAVE))
    receipts = [receipt_of(one.response_id) for one in stored]
    hidden = [*receipts, *(receipt.replace("-", "") for receipt in receipts)]
    hidden += [str(next(one.serial for one in stored if one.serial)), KEYED_BY, OWN_WORDS, OWN_WORDS[:9], "Kriol"]
    hidden += [str(one.response_id) for one in stored] + [one.response_id.hex for one in stored]
    hidden += [one.receipt_key for one in stored] + [one.body_hash for one in stored]
    assert [text for text in hidden if text.encode() in body or text in unpacked(form, body)] == []
    assert SURVEY in unpacked(form, body)


def test_the_order_of_rows_does_not_tell_who_came_first(surveyed: Instance) -> None:
    take_in(
        surveyed, [people(1, {"safe_day": code}) for code in ("very_unsafe", "fairly_safe", "very_safe", "neither")]
    )
    given = [row["safe_day"] for row in rows_in(taken(surveyed))]
    assert given == sorted(given)


def test_areas_are_no_closer_than_the_district_unless_wards_are_asked_for(answered: Instance) -> None:
    assert {row["area"] for row in rows_in(taken(answered))} == {DISTRICT, ""}
    by_ward = rows_in(taken(answered, areas="ward"))
    assert {(row["area"], row["area_name"]) for row in by_ward} == {(WARD, "Clifton East"), ("", "")}
    assert [line.detail["areas"] for line in lines_in_audit(answered)[:2]] == ["ward", "district"]


def test_json_lines_say_the_same_as_the_csv(answered: Instance) -> None:
    told = [json.loads(line) for line in taken(answered, "jsonl").splitlines()]
    rows = [{name: value for name, value in row.items() if value} for row in rows_in(taken(answered))]
    said = [{name: str(value) for name, value in line.items()} for line in told]
    assert sorted(map(sorted, map(dict.items, said))) == sorted(map(sorted, map(dict.items, rows)))


def test_an_spss_file_has_labels_and_sets_dont_know_apart(answered: Instance, tmp_path: Path) -> None:
    path = tmp_path / "rows.sav"
    path.write_bytes(taken(answered, "sav"))
    frame, told = pyreadstat.read_sav(str(path), apply_value_formats=True, user_missing=True)
    assert told.number_rows == 5
    assert told.file_label == f"{SURVEY}, {WAVE}: 5 rows"
    assert "The answers are made up, for demonstration." in told.notes
    labels = told.column_names_to_labels
    assert labels["safe_day"] == "How safe do you feel outside in this area in the daytime?"
    assert labels["unsafe_reasons__dark"].endswith("Dark or empty places")
    assert sorted(frame["safe_day"].dropna()) == ["I don't know", "Not safe", "Very safe", "Very safe"]
    assert told.variable_value_labels["safe_day"][97] == "I don't know"
    assert told.missing_ranges["safe_day"] == [{"lo": 97.0, "hi": 97.0}]
    assert sorted(frame["synthetic"]) == ["Yes"] * 5
    plain, _ = pyreadstat.read_sav(str(path))
    assert sorted(plain["unsafe_reasons__dark"].dropna()) == [1, 1]
    assert plain["safe_day"].isna().sum() == 2


def test_every_code_in_the_rows_stands_in_the_codebook(answered: Instance) -> None:
    with answered.database.reading() as session:
        body = hand_out_codebook(session, SURVEY, WAVE).content.read()
    listed = rows_in(body)
    codes = {(line["variable"], line["code"]) for line in listed}
    rows = rows_in(taken(answered))
    assert {line["variable"] for line in listed} == set(rows[0])
    coded = {variable for variable, code in codes if code}
    assert {(name, row[name]) for row in rows for name in coded if row[name]} <= codes
    [line] = [line for line in listed if (line["variable"], line["code"]) == ("safe_day", "very_safe")]
    assert (line["number_in_sav"], line["code_wording"], line["folds_to"]) == ("1", "Very safe", "safe")


@pytest.mark.parametrize("reason", ["", "   ", "because"])
def test_rows_without_a_reason_are_not_handed_out(answered: Instance, reason: str) -> None:
    before = lines_in_audit(answered)
    with pytest.raises(MicrodataRefused, match="say what it is for"):
        taken(answered, reason=reason)
    assert lines_in_audit(answered) == before


def test_the_audit_log_says_who_took_how_many_rows_and_what_for(answered: Instance) -> None:
    taken(answered, reason=f"  {REASON}\n again ")
    line = lines_in_audit(answered)[0]
    detail = dict(line.detail)
    assert len(detail.pop("sha256")) == 64
    assert line.actor == "admin@example.org"
    assert detail == {"wave": WAVE, "format": "csv", "areas": "district", "rows": 5, "reason": f"{REASON} again"}


def test_a_file_that_lost_a_row_is_not_handed_out(answered: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lines_in_audit(answered)
    lossy = replace(FORMATS["csv"], write=lambda rows: write_csv(replace(rows, values=list(rows.values)[1:])))
    monkeypatch.setitem(FORMATS, "csv", lossy)  # type: ignore[arg-type] # it is a dict
    with pytest.raises(MicrodataRefused, match="the file has 4 rows, the database 5"):
        taken(answered)
    assert lines_in_audit(answered) == before


def test_an_erased_response_is_in_no_file_from_then_on(surveyed: Instance) -> None:
    receipt, _ = take_in(surveyed, [people(1, {"safe_day": code}) for code in ("neither", "very_safe")])
    assert len(rows_in(taken(surveyed))) == 2
    with surveyed.database.writing() as session:
        assert erase_response(session, surveyed.settings.keys, receipt, actor="test", now=surveyed.now())
    assert [row["safe_day"] for row in rows_in(taken(surveyed))] == ["very_safe"]


def test_pilot_answers_are_no_rows(instance: Instance) -> None:
    with_survey(instance, state="pilot")
    with instance.database.writing() as session:
        receive_submissions(session, a_door(instance), [a_submission(wave=WAVE)])
    with pytest.raises(MicrodataRefused, match="has no answers"):
        taken(instance)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Handout("nothing", WAVE, "csv", REASON), "has no wave"),
        (Handout(SURVEY, "1999", "csv", REASON), "has no wave"),
        (Handout(SURVEY, WAVE, "xls", REASON), "rows come as csv, jsonl, sav"),
        (Handout(SURVEY, WAVE, "csv", REASON, areas="street"), "district or ward"),
    ],
)
def test_what_cannot_be_handed_out_is_refused_with_the_reason(answered: Instance, asked: Handout, why: str) -> None:
    with pytest.raises(MicrodataRefused, match=why):
        hand_out(answered, asked, by="admin@example.org")


def test_it_is_said_how_many_rows_are_like_no_other(answered: Instance) -> None:
    file = hand_out(answered, Handout(SURVEY, WAVE, "csv", REASON), by="admin@example.org")
    assert (file.rows, file.alone) == (5, 2)
    file.content.close()


def test_rows_put_in_order_in_pieces_are_all_there(answered: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = taken(answered, areas="ward")
    monkeypatch.setattr(lines, "PIECE", 2)
    assert taken(answered, areas="ward") == whole
