"""Pages out of files: every kind that scanners and phones save, and a plain word about each that is no page."""

import io
import re
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from channels.paper.filled import Picture, drawn, saved
from engage.channels.paper import sheets
from engage.channels.paper.decoding import ENOUGH_PIXELS
from engage.channels.paper.sheets import Sheet, open_sheets


@pytest.fixture(scope="module")
def page() -> Picture:
    return drawn(("en", "standard"), 2)


def problems(path: Path) -> list[str | None]:
    return [sheet.problem for sheet in open_sheets(path)]


def only(path: Path) -> Sheet:
    (sheet,) = open_sheets(path)
    return sheet


def a_pdf_of(path: Path, *files: Path) -> Path:
    canvas = Canvas(str(path), pagesize=(210 * mm, 297 * mm))
    for file in files:
        canvas.drawImage(ImageReader(str(file)), 0, 0, 210 * mm, 297 * mm)
        canvas.showPage()
    canvas.save()
    return path


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_pictures_that_lose_nothing_give_the_pixels_that_were_scanned(
    tmp_path: Path, page: Picture, ending: str
) -> None:
    sheet = only(saved(tmp_path / f"scan.{ending}", page))
    assert sheet.grey is not None
    assert np.array_equal(sheet.grey, page)
    assert (sheet.file, sheet.pdf_page, sheet.problem) == (f"scan.{ending}", 1, None)


def test_a_file_is_known_by_its_content_and_shown_by_the_name_it_came_with(tmp_path: Path, page: Picture) -> None:
    path = saved(tmp_path / "scan.png", page).rename(tmp_path / "upload.tmp")
    (sheet,) = open_sheets(path, name="Club forms.pdf")
    assert (sheet.file, sheet.problem) == ("Club forms.pdf", None)


def test_a_picture_of_heic_is_read(tmp_path: Path, page: Picture) -> None:
    path = tmp_path / "photo.heic"
    pillow_heif.from_pillow(Image.fromarray(page[:160, :120])).save(path)
    sheet = only(path)
    assert sheet.grey is not None
    assert sheet.grey.shape == (160, 120)


def test_every_page_of_a_tiff_comes_in_order_also_of_one_bit(tmp_path: Path, page: Picture) -> None:
    path = tmp_path / "batch.tif"
    first, second = Image.fromarray(page), Image.fromarray(255 - page)
    first.convert("1").save(path, save_all=True, append_images=[second.convert("1")], compression="group4")
    one, two = open_sheets(path)
    assert (one.pdf_page, two.pdf_page) == (1, 2)
    assert one.grey is not None and two.grey is not None
    assert set(np.unique(one.grey)) == {0, 255}
    assert np.mean(one.grey) > np.mean(two.grey)


def test_the_scan_inside_a_pdf_page_is_taken_bit_by_bit(tmp_path: Path, page: Picture) -> None:
    jpeg = saved(tmp_path / "scan.jpg", page, cv2.IMWRITE_JPEG_QUALITY, 80)
    sheet = only(a_pdf_of(tmp_path / "scan.pdf", jpeg))
    assert sheet.grey is not None
    assert np.array_equal(sheet.grey, cv2.imread(str(jpeg), cv2.IMREAD_GRAYSCALE))


def test_a_large_photo_inside_a_pdf_keeps_its_full_size_at_hand(tmp_path: Path) -> None:
    photo = saved(tmp_path / "photo.jpg", np.full((2 * ENOUGH_PIXELS + 8, 2900), 200, np.uint8))
    sheet = only(a_pdf_of(tmp_path / "photo.pdf", photo))
    assert sheet.grey is not None and sheet.finer is not None
    assert sheet.grey.shape == (ENOUGH_PIXELS + 4, 1450)
    assert sheet.finer().shape == (2 * ENOUGH_PIXELS + 8, 2900)


def test_a_page_that_is_more_than_one_picture_is_drawn_at_two_hundred_dots_an_inch(tmp_path: Path) -> None:
    path = tmp_path / "drawn.pdf"
    canvas = Canvas(str(path), pagesize=(210 * mm, 297 * mm))
    canvas.drawString(100, 100, "no scan")
    canvas.save()
    sheet = only(path)
    assert sheet.grey is not None
    assert sheet.grey.shape == pytest.approx((2339, 1654), abs=2)


def test_an_enormous_pdf_page_is_drawn_small(tmp_path: Path) -> None:
    path = tmp_path / "poster.pdf"
    canvas = Canvas(str(path), pagesize=(14000, 14000))
    canvas.drawString(100, 100, "bomb")
    canvas.save()
    sheet = only(path)
    assert sheet.grey is not None
    assert sheet.grey.size <= 12_100_000


def test_a_large_photo_is_decoded_at_half_its_size_with_the_rest_at_hand(tmp_path: Path) -> None:
    photo = np.full((2 * ENOUGH_PIXELS + 8, 3000), 200, np.uint8)
    sheet = only(saved(tmp_path / "photo.jpg", photo))
    assert sheet.grey is not None and sheet.finer is not None
    assert sheet.grey.shape == (ENOUGH_PIXELS + 4, 1500)
    assert sheet.finer().shape == photo.shape


def test_a_picture_that_declares_too_many_pixels_is_never_decoded(tmp_path: Path) -> None:
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    path = tmp_path / "bomb.png"
    path.write_bytes(
        bomb + b"\x00\x00\x00\x00IDAT" + struct.pack(">I", zlib.crc32(b"IDAT")) + b"\0\0\0\0IEND\xaeB`\x82"
    )
    assert problems(path) == ["too_large"]


def test_a_scan_too_large_inside_a_pdf_is_never_decoded(tmp_path: Path) -> None:
    small = saved(tmp_path / "small.png", np.full((20, 10), 255, np.uint8))
    path = a_pdf_of(tmp_path / "bomb.pdf", small)
    bomb = re.sub(rb"/Width 10\b", b"/Width 20000", re.sub(rb"/Height 20\b", b"/Height 20000", path.read_bytes()))
    path.write_bytes(bomb)
    assert problems(path) == ["too_large"]


def test_a_pdf_of_too_many_pages_is_read_so_far_and_says_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_PAGES", 3)
    path = tmp_path / "many.pdf"
    canvas = Canvas(str(path), pagesize=(100, 100))
    for number in range(5):
        canvas.drawString(10, 10, str(number))
        canvas.showPage()
    canvas.save()
    found = list(open_sheets(path))
    assert [sheet.problem for sheet in found] == [None, None, None, "too_many_pages"]
    assert found[-1].pdf_page == 4


@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_a_picture_that_breaks_off_is_said_to(tmp_path: Path, page: Picture, ending: str) -> None:
    path = saved(tmp_path / f"scan.{ending}", page)
    path.write_bytes(path.read_bytes()[:-9000])
    assert problems(path) == ["truncated"]


def test_bytes_that_a_phone_appends_to_a_picture_do_no_harm(tmp_path: Path, page: Picture) -> None:
    path = saved(tmp_path / "photo.jpg", page)
    path.write_bytes(path.read_bytes() + b"MotionPhoto\xff\xda" + bytes(4000))
    assert problems(path) == [None]


def test_a_tiff_that_breaks_off_loses_only_what_is_missing(tmp_path: Path, page: Picture) -> None:
    out = io.BytesIO()
    first = Image.fromarray(page)
    first.save(out, "TIFF", save_all=True, append_images=[first], compression="raw")
    path = tmp_path / "batch.tif"
    path.write_bytes(out.getvalue()[: len(out.getvalue()) - page.size // 2])
    assert problems(path)[0] is None
    assert problems(path)[-1] == "truncated"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not_an_image"),
        (b"Dear all, the forms are in the post.", "not_an_image"),
        (b"%PDF-1.7\nnothing of the kind", "unreadable_file"),
        (b"\x89PNG\r\n\x1a\nIEND", "not_an_image"),
    ],
)
def test_what_is_no_picture_is_said_to_be_none(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "file.jpg"
    path.write_bytes(content)
    assert problems(path) == [problem]


def test_a_file_that_is_not_there_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    assert problems(tmp_path / "gone.pdf") == ["unreadable_file"]
