"""Builders of files that are no good: bombs, torn files, pictures of something else."""

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from channels.paper.forms import a_layout
from engage.channels.paper.drawing import PrintedForm, print_forms


def huge_png(side: int = 20_000) -> bytes:
    """Return a PNG of a few hundred kilobytes that unpacks to side x side grey pixels."""
    pixels = packed_zeros(side * (side + 1))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _png_part(b"IHDR", head) + _png_part(b"IDAT", pixels) + _png_part(b"IEND", b"")


def packed_zeros(count: int) -> bytes:
    """Return what zlib makes of so many zeros, put together from the packed form of a million of them."""
    block = 1 << 20
    packer = zlib.compressobj(9, wbits=-15)
    one = packer.compress(b"\0" * block) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, wbits=-15)
    rest = packer.compress(b"\0" * (count % block)) + packer.flush()
    checksum = ((count % 65521) << 16) | 1
    return b"\x78\x9c" + one * (count // block) + rest + struct.pack(">I", checksum)


def _png_part(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb_pdf(pages: int = 300, side: int = 20_000) -> bytes:
    """Return a small PDF whose pages all show one picture that unpacks to side x side grey pixels."""
    packed = zlib.compress(packed_zeros(side * side), 9)
    picture = (
        f"/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceGray /BitsPerComponent 8 "
        "/Filter [/FlateDecode /FlateDecode]"
    )
    return _pdf(pages, (595, 842), "q 595 0 0 842 0 0 cm /P Do Q", {"P": (picture, packed)})


def wide_pdf() -> bytes:
    """Return a PDF of one page that is four hundred metres wide and high."""
    return _pdf(1, (1_100_000, 1_100_000), "0 0 9 9 re f", {})


def nested_pdf(levels: int = 12, times: int = 10) -> bytes:
    """Return a PDF whose page shows a form that shows a form, ten times each: a billion of billions of squares."""
    forms = {}
    for level in range(levels):
        inner = "0 0 1 1 re f" if level == levels - 1 else f"/F{level + 1} Do " * times
        link = "" if level == levels - 1 else f"/Resources << /XObject << /F{level + 1} {{F{level + 1}}} >> >>"
        forms[f"F{level}"] = (f"/Type /XObject /Subtype /Form /BBox [0 0 595 842] {link}", inner.encode())
    return _pdf(1, (595, 842), "/F0 Do", forms)


def drawing_pdf(*lines: int) -> bytes:
    """Return a PDF with a page for each number, drawn by so many lines: 20,000 take four seconds."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 800))
    for count in lines:
        canvas.lines([(0, 0, 600, 800)] * count)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pdf(pages: int, size: tuple[int, int], content: str, things: dict[str, tuple[str, bytes]]) -> bytes:
    """Return a PDF; `things` are its XObjects by name, each with its entries and its stream."""
    first = 4
    places = {name: f"{first + at} 0 R" for at, name in enumerate(things)}
    names = " ".join(f"/{name} {place}" for name, place in places.items())
    kids = [f"{first + len(things) + at} 0 R" for at in range(pages)]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {pages} >>".encode(),
        _stream("", content.encode()),
    ]
    for entries, stream in things.values():
        for name, place in places.items():
            entries = entries.replace("{" + name + "}", place)  # noqa: PLW2901 - filled in step by step
        objects.append(_stream(entries, stream))
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents 3 0 R "
        f"/Resources << /XObject << {names} >> >> >>"
    )
    objects += [page.encode()] * pages
    out, at = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, entry in enumerate(objects, 1):
        at.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + entry + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{place:010d} 00000 n \n".encode() for place in at)
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _stream(entries: str, content: bytes) -> bytes:
    return f"<< {entries} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def tiff_of(*pages: NDArray[np.uint8]) -> bytes:
    """Return the pages as one TIFF."""
    out = io.BytesIO()
    first, *rest = [Image.fromarray(page) for page in pages]
    first.save(out, "TIFF", save_all=True, append_images=rest, compression="tiff_lzw")
    return out.getvalue()


def picture_of_a_cat() -> bytes:
    """Return a JPEG of round ears, eyes and fur before a carpet: nothing that was ever printed here."""
    rng = np.random.default_rng(5)
    fur = cv2.resize(rng.integers(60, 200, (120, 90, 3), dtype=np.uint8), (1200, 1600), interpolation=cv2.INTER_CUBIC)
    for x in (420, 780):
        cv2.fillPoly(fur, [np.array([(x - 130, 560), (x, 250), (x + 130, 560)])], (70, 90, 110))
        cv2.ellipse(fur, (x, 760), (90, 60), 0, 0, 360, (90, 200, 190), -1, cv2.LINE_AA)
        cv2.ellipse(fur, (x, 760), (18, 58), 0, 0, 360, (10, 10, 10), -1, cv2.LINE_AA)
    for side in (-1, 1):
        for drop in (-60, 0, 60):
            cv2.line(fur, (600 + side * 80, 980), (600 + side * 520, 980 + drop), (245, 245, 245), 3, cv2.LINE_AA)
    return bytes(cv2.imencode(".jpg", cv2.GaussianBlur(fur, (0, 0), 2))[1])


def printed_pdf(serial: str) -> bytes:
    """Return a form as it is sent to the printer."""
    out = io.BytesIO()
    print_forms(a_layout(), [PrintedForm(serial, "2345-6789")], "https://survey.example", out)
    return out.getvalue()


def printed_page(serial: str, number: int = 1) -> NDArray[np.uint8]:
    """Return a page of a form as a scanner sees it that was laid on straight, grey, 200 dpi."""
    drawn = pypdfium2.PdfDocument(printed_pdf(serial))[number - 1].render(scale=200 / 72, grayscale=True)
    return np.ascontiguousarray(drawn.to_numpy().reshape(drawn.height, drawn.width))


def written(folder: Path, name: str, content: bytes) -> Path:
    """Return a file with this content."""
    path = folder / name
    path.write_bytes(content)
    return path
