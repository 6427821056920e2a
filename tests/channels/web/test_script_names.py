"""The parts of a script share one scope: a name that two of them declare would silently be the later one."""

import re
from collections import Counter

import pytest

from engage.channels.web import scripts

_DECLARED = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


@pytest.mark.parametrize("bundle", ["SURVEY", "MORE", "OUTREACH", "WORKER"])
def test_no_name_is_declared_twice_in_one_script(bundle: str) -> None:
    counts = Counter(_DECLARED.findall(scripts.joined(getattr(scripts, bundle))))
    assert len(counts) > 20
    assert [name for name, count in counts.items() if count > 1] == []


def test_the_first_script_lends_the_second_one_what_it_takes() -> None:
    lent, taken = (re.search(r"\[\n((?:  \w+,\n)+)\]", scripts.joined((name,))) for name in ("more", "shared"))
    assert lent is not None
    assert taken is not None
    assert lent[1] == taken[1]
