"""Sealed answers open with this instance's keys and with no other; keys are made once, and old ones stay."""

import json
import stat
import threading
from base64 import urlsafe_b64decode
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec

from engage.sealing import (
    ENC_BYTES,
    INFO,
    SUITE,
    SealingKeysFaulty,
    add_key,
    current_key,
    find_key,
    prepare_keys,
    read_keys,
)
from engage.storage.instance import open_instance
from sealing_device import published_vector, seal

TODAY = date(2026, 11, 21)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare_keys(tmp_path / "sealing-keys", TODAY)
    return tmp_path / "sealing-keys"


def test_what_the_standard_s_authors_sealed_opens_with_our_suite() -> None:
    vector = published_vector()
    private = ec.derive_private_key(int(vector["skRm"], 16), ec.SECP256R1())
    first = vector["encryptions"][0]
    opened = openssl.hpke._decrypt_with_aad(
        SUITE,
        bytes.fromhex(vector["enc"] + first["ct"]),
        private,
        bytes.fromhex(vector["info"]),
        bytes.fromhex(first["aad"]),
    )
    assert opened == bytes.fromhex(first["pt"])


def test_a_fresh_folder_has_one_key_that_only_its_owner_reads(folder: Path) -> None:
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    key = current_key(folder)
    assert key.made_on == TODAY
    assert len(_decoded(key.public_key)) == ENC_BYTES
    assert key.secret not in repr(key)
    assert read_keys(folder) == (key,)


def test_starting_again_keeps_the_key(folder: Path) -> None:
    before = current_key(folder)
    prepare_keys(folder, date(2027, 1, 1))
    assert read_keys(folder) == (before,)


def test_of_many_processes_starting_at_once_one_wins(tmp_path: Path) -> None:
    folder, start = tmp_path / "keys", threading.Barrier(12)
    found: list[Any] = []

    def begin() -> None:
        start.wait()
        prepare_keys(folder, TODAY)
        found.append(current_key(folder))

    threads = [threading.Thread(target=begin) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.name for path in folder.iterdir()] == ["0001.json"]
    assert len({key.id for key in found}) == 1


def test_an_instance_from_before_gets_its_key_when_it_starts(tmp_path: Path) -> None:
    from engage.settings import load_settings

    settings = load_settings({"ENGAGE_INSTANCE": str(tmp_path)})
    keys_file = (tmp_path / "keys.json").read_bytes()
    assert not settings.sealing_keys.exists()
    open_instance(settings).database.close()
    assert len(read_keys(settings.sealing_keys)) == 1
    assert (tmp_path / "keys.json").read_bytes() == keys_file


def test_after_a_change_old_bundles_open_and_new_ones_take_the_new_key(folder: Path) -> None:
    old = current_key(folder)
    before = seal(old, b"before")
    new = add_key(folder, date(2027, 1, 1))
    assert (current_key(folder), new.id == old.id) == (new, False)
    keys = read_keys(folder)
    assert [key.id for key in keys] == [old.id, new.id]
    kept = find_key(keys, before["key"])
    assert kept is not None
    assert kept.open(_decoded(before["enc"]), _decoded(before["ciphertext"])) == b"before"


def test_two_changes_at_once_lose_no_key(folder: Path) -> None:
    threads = [threading.Thread(target=add_key, args=(folder, TODAY)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key.id for key in read_keys(folder)}) == 9
    assert sorted(path.name for path in folder.iterdir()) == [f"{number:04}.json" for number in range(1, 10)]


def test_a_key_deleted_by_hand_is_gone_and_its_number_is_not_given_again(folder: Path) -> None:
    old = current_key(folder)
    new = add_key(folder, TODAY)
    (folder / "0001.json").unlink()
    assert read_keys(folder) == (new,)
    assert find_key(read_keys(folder), old.id) is None
    assert add_key(folder, TODAY).id not in (old.id, new.id)
    assert sorted(path.name for path in folder.iterdir()) == ["0002.json", "0003.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "{}", '{"id": "x", "made_on": "2026-11-21", "private": "00"}', '["x"]', '{"id": 3}']
)
def test_a_damaged_key_file_is_named(folder: Path, text: str) -> None:
    (folder / "0002.json").write_text(text, encoding="ascii")
    with pytest.raises(SealingKeysFaulty, match="0002"):
        read_keys(folder)


def test_a_key_under_another_id_is_named(folder: Path) -> None:
    other = json.loads((folder / "0001.json").read_text())
    (folder / "0002.json").write_text(json.dumps(other | {"id": "0" * 16}))
    with pytest.raises(SealingKeysFaulty, match="0002"):
        read_keys(folder)


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SealingKeysFaulty, match="no sealing key"):
        read_keys(tmp_path)


def test_what_was_changed_cut_or_sealed_to_another_key_does_not_open(folder: Path, tmp_path: Path) -> None:
    prepare_keys(tmp_path / "other", TODAY)
    key, other = current_key(folder), current_key(tmp_path / "other")
    bundle = seal(key, b"x" * 600)
    enc, ciphertext = _decoded(bundle["enc"]), _decoded(bundle["ciphertext"])
    assert key.open(enc, ciphertext) == b"x" * 600
    assert other.open(enc, ciphertext) is None
    flipped = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
    point = enc[:-1] + bytes([enc[-1] ^ 1])
    for bad in [
        (enc, flipped),
        (enc, ciphertext[:-1]),
        (enc, b""),
        (point, ciphertext),
        (b"", b""),
        (b"\0" * 65, b"x"),
    ]:
        assert key.open(*bad) is None
    otherwise = SUITE.encrypt(b"x", ec.derive_private_key(int(key.secret, 16), ec.SECP256R1()).public_key(), b"else")
    assert key.open(otherwise[:ENC_BYTES], otherwise[ENC_BYTES:]) is None
    assert INFO == b"engage sealed answers 1"


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
