"""Published tables as they are stored, read back and sealed."""

import json
import pickle
from copy import deepcopy
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

import engage
from engage.results.published import (
    PublishedCell,
    PublishedRow,
    PublishedTable,
    TableUnfit,
    release_hash,
    table_from_document,
)
from engage.results.suppression import TableArea, publish_areas, publish_breakdown
from engage.results.tabulation import Breakdown, People, Row, TableQuestion, tabulate
from results.outsider import PLAN

#: In the shapes of the published interface.
GOLDEN = """
{"question": "safe_day", "codes": "folded", "rows": "area", "note": "of the people who answered",
 "rows_shown": [
   {"row": "E05012278", "shown_for": "E05012278", "base": 85, "quality": "ok",
    "cells": [{"option": "safe", "n": 50, "shown": "50", "share": 0.59, "low": 0.44, "high": 0.73},
              {"option": "between", "n": 30, "shown": "30", "share": 0.35, "low": 0.23, "high": 0.5},
              {"option": "unsafe", "n": null, "shown": "<8", "share": null, "low": null, "high": null}]},
   {"row": "E05012279", "shown_for": "place:sneinton", "base": 40, "quality": "care",
    "cells": [{"option": "safe", "n": null, "shown": "over 90 %", "share": null, "low": null, "high": null},
              {"option": "between", "n": null, "shown": "<8", "share": null, "low": null, "high": null},
              {"option": "unsafe", "n": null, "shown": "<8", "share": null, "low": null, "high": null}]},
   {"row": "E05012280", "shown_for": null, "base": null, "quality": "not_enough", "cells": []}]}
"""


def golden_table():
    fold = {"very_safe": "safe", "fairly_safe": "safe", "neither": "between", "very_unsafe": "unsafe"}
    question = TableQuestion("safe_day", tuple(fold), fold=fold)
    answers = ["very_safe"] * 30 + ["safe"] * 21 + ["neither"] * 31 + ["very_unsafe"] * 4 + ["dk"] * 9
    rows = [Row(("E05012278",), {}, {"safe_day": answer}) for answer in answers]
    rows += [Row(("E05012279", "place:sneinton"), {}, {"safe_day": "fairly_safe"})] * 20
    rows += [Row(("place:sneinton",), {}, {"safe_day": "fairly_safe"})] * 20
    place = TableArea("place:sneinton", "place")
    wards = [
        TableArea("E05012278", "ward"),
        TableArea("E05012279", "ward", (place,)),
        TableArea("E05012280", "ward"),
    ]
    return publish_areas(tabulate(People.of(rows), [question], [Breakdown()])["safe_day", "area"], wards, PLAN)


def table_by_gender():
    rows = [Row(("E06000018",), {"gender": "girl"}, {"q": answer}) for answer in "a" * 20 + "b" * 15]
    counts = tabulate(People.of(rows), [TableQuestion("q", ("a", "b"))], [Breakdown("gender", ("gender",))])
    district = TableArea("E06000018", "district")
    return publish_breakdown(counts["q", "gender"], district, ["girl", "boy"], PLAN)


def test_a_table_reads_as_the_interface_says():
    assert golden_table().to_document() == json.loads(GOLDEN)


def test_a_table_by_a_breakdown_names_its_area():
    document = table_by_gender().to_document()
    assert (document["rows"], document["area"]) == ("gender", "E06000018")
    assert list(document) == ["question", "codes", "rows", "area", "note", "rows_shown"]


@pytest.mark.parametrize("make", [golden_table, table_by_gender])
def test_a_stored_table_comes_back_the_same(make):
    document = json.loads(json.dumps(make().to_document()))
    assert table_from_document(document) == make()


def _change(path, value):
    def change(document):
        *way, last = path
        for step in way:
            document = document[step]
        document[last] = value

    return change


_ROW = ("rows_shown", 0)
_CELL = (*_ROW, "cells", 0)


@pytest.mark.parametrize(
    "change",
    [
        _change((*_CELL, "n"), 51),
        _change((*_CELL, "n"), 5),
        _change((*_CELL, "n"), 50.0),
        _change((*_CELL, "n"), "50"),
        _change((*_CELL, "n"), 90),
        _change((*_CELL, "shown"), "51"),
        _change((*_CELL, "share"), 0.6),
        _change((*_CELL, "low"), 0.48),
        _change((*_CELL, "raw"), 51),
        _change((*_ROW, "cells", 2, "shown"), "4"),
        _change((*_ROW, "cells", 2, "shown"), "0"),
        _change((*_ROW, "cells", 2, "share"), 0.05),
        _change((*_ROW, "cells", 2, "n"), 4),
        _change((*_ROW, "cells", 2, "n"), 0),
        _change((*_ROW, "base"), 86),
        _change((*_ROW, "base"), 5),
        _change((*_ROW, "base"), None),
        _change((*_ROW, "quality"), "low"),
        _change((*_ROW, "cells"), []),
        _change((*_ROW, "shown_for"), None),
        _change(("rows_shown", 2, "base"), 5),
        _change(("rows_shown", 2, "shown_for"), "E06000018"),
        _change(("rows_shown",), None),
        _change(("rows",), "gender"),
        _change(("area",), "E06000018"),
        _change(("note",), "of residents"),
        _change(("people",), 86),
    ],
)
def test_a_stored_table_that_holds_anything_else_is_refused(change):
    document = deepcopy(golden_table().to_document())
    change(document)
    with pytest.raises(TableUnfit):
        table_from_document(document)


@pytest.mark.parametrize(
    "make",
    [
        lambda: PublishedCell("a", 3, "3", 0.3, 0.1, 0.5, object()),
        lambda: PublishedCell("a", 3, "3", 0.3, 0.1, 0.5, seal=None),
        lambda: PublishedCell.figure("a", 10, 20, seal=None),
        lambda: PublishedCell.words("a", "3", seal=None),
        lambda: PublishedRow("w", "w", 12, "low", (), seal=None),
        lambda: PublishedRow.empty("w", seal=None),
        lambda: PublishedTable("q", "long", "area", None, (), seal=None),
    ],
)
def test_nobody_but_disclosure_control_makes_published_figures(make):
    with pytest.raises(TypeError, match="only engage"):
        make()


def test_a_published_figure_cannot_be_changed_into_another():
    cell = golden_table().rows_shown[0].cells[0]
    with pytest.raises(FrozenInstanceError):
        cell.n = 51
    with pytest.raises((TypeError, ValueError)):
        replace(cell, n=51)


def test_a_published_table_can_be_handed_to_another_process():
    assert pickle.loads(pickle.dumps(golden_table())) == golden_table()


def test_the_seal_stays_in_its_two_modules():
    root = Path(engage.__file__).parent
    users = {
        path.relative_to(root).as_posix() for path in root.rglob("*.py") if "_CONTROL_SEAL" in path.read_text("utf-8")
    }
    assert users == {"results/published.py", "results/suppression.py"}


def test_a_release_hash_hangs_on_figures_and_their_order_and_on_nothing_else():
    tables = [golden_table().to_document(), table_by_gender().to_document()]
    again = [dict(reversed(table.items())) for table in deepcopy(tables)]
    assert release_hash(tables) == release_hash(again)
    assert len(release_hash(tables)) == 64
    assert release_hash(tables) != release_hash(tables[::-1])
    tables[1]["rows_shown"][0]["base"] = 40
    assert release_hash(tables) != release_hash(again)


def test_anybody_can_work_out_a_release_hash():
    assert release_hash([{"b": "ł", "a": None}]) == ("1dcc7ecd3d622492f635b28ff8f871b83acfe0abff8e3d7589f5a53779675022")
