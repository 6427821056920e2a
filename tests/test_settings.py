"""The instance's keys: made once, added to without losing one, and versions that stay of use."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engage.settings import SettingFaulty, add_key_version, load_settings


def settings_in(folder: Path, **environ: str):
    return load_settings({"ENGAGE_INSTANCE": str(folder), **environ})


def test_the_keys_stay_the_same_at_every_start(tmp_path: Path) -> None:
    assert settings_in(tmp_path).keys == settings_in(tmp_path).keys


def test_keys_of_an_older_instance_are_added_to_and_none_of_its_own_is_lost(tmp_path: Path) -> None:
    settings_in(tmp_path)
    stored = json.loads((tmp_path / "keys.json").read_text())
    older = {name: stored[name] for name in ("cookies", "receipts", "audit", "phone_numbers")}
    (tmp_path / "keys.json").write_text(json.dumps(older))
    with ThreadPoolExecutor(8) as starts:
        started = list(starts.map(lambda _: settings_in(tmp_path).keys, range(16)))
    assert len({(keys.opt_outs.newest_first(), keys.numbers.newest_first()) for keys in started}) == 1
    kept = json.loads((tmp_path / "keys.json").read_text())
    assert {name: kept[name] for name in older} == older
    assert [path.name for path in tmp_path.glob("keys.*")] == ["keys.json"]


def test_what_a_crash_left_beside_the_keys_does_not_stop_a_start(tmp_path: Path) -> None:
    settings_in(tmp_path)
    stored = json.loads((tmp_path / "keys.json").read_text())
    del stored["numbers"]
    (tmp_path / "keys.json").write_text(json.dumps(stored))
    (tmp_path / "keys.next").write_text(json.dumps(stored))
    assert settings_in(tmp_path).keys.numbers.newest == 1
    assert not (tmp_path / "keys.next").exists()


def test_a_new_version_of_a_key_stands_before_the_old_one(tmp_path: Path) -> None:
    before = settings_in(tmp_path).keys.phone_numbers.newest_first()
    assert add_key_version(tmp_path / "keys.json", "phone_numbers") == 2
    after = settings_in(tmp_path).keys.phone_numbers
    assert (after.newest, after.newest_first()[1:]) == (2, before)
    with pytest.raises(SettingFaulty, match="biscuits"):
        add_key_version(tmp_path / "keys.json", "biscuits")


def test_keys_are_not_shown_by_accident(tmp_path: Path) -> None:
    keys = settings_in(tmp_path).keys
    assert keys.numbers.newest_first()[0].hex() not in repr(keys)
    assert repr(keys.numbers.newest_first()[0]) not in repr(keys)


@pytest.mark.parametrize(
    ("environ", "short"),
    [
        ({}, "Notts VRU"),
        ({"ENGAGE_ORGANISATION": "Leicester VRN"}, "Leicester VRN"),
        ({"ENGAGE_ORGANISATION": "Leicestershire Violence Reduction Network"}, "Leicestershire"),
        ({"ENGAGE_ORGANISATION": "Leicester VRN", "ENGAGE_ORGANISATION_SHORT": "The VRN"}, "The VRN"),
    ],
)
def test_texts_name_the_organisation_in_few_letters(tmp_path: Path, environ: dict[str, str], short: str) -> None:
    assert settings_in(tmp_path, **environ).organisation_short == short


def test_a_short_name_that_is_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingFaulty, match="at most 20"):
        settings_in(tmp_path, ENGAGE_ORGANISATION_SHORT="x" * 21)


@pytest.mark.parametrize("number", ["-1", "10", "one", "1.5"])
def test_a_number_of_proxies_that_cannot_be_is_refused_by_name(tmp_path: Path, number: str) -> None:
    with pytest.raises(SettingFaulty, match="ENGAGE_TRUSTED_PROXIES"):
        settings_in(tmp_path, ENGAGE_TRUSTED_PROXIES=number)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENGAGE_METRICS_TOKEN", "short"),
        ("ENGAGE_METRICS_TOKEN", "a" * 40),
        ("ENGAGE_SMTP_URL", "mail.example.org"),
        ("ENGAGE_SMTP_URL", "smtp://user:password@"),
        ("ENGAGE_SMTP_URL", "smtps://mail.example.org:many"),
        ("ENGAGE_PUBLIC_URL", "https://"),
    ],
)
def test_a_setting_that_leaves_a_door_open_is_named_at_the_start(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingFaulty, match=name) as refused:
        settings_in(tmp_path, **{name: value})
    assert value not in str(refused.value).split()


def test_keys_that_everybody_may_read_are_not_started_with(tmp_path: Path) -> None:
    settings_in(tmp_path)
    (tmp_path / "keys.json").chmod(0o644)
    with pytest.raises(SettingFaulty, match=r"keys\.json; run chmod 600"):
        settings_in(tmp_path)
