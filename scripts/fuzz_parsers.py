"""Feeds every parser with what nobody would send, led by the code it reaches (atheris): none may crash or hang.

Each parser runs in a process of its own. A refusal that the parser promises is right; anything else ends the process,
and what was read lies in the folder of findings as `crash-…`.
"""

import argparse
import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["engage"]):
    from openpyxl import load_workbook

    from engage.areas.area_files import read_area_file
    from engage.areas.indicator_files import read_indicators
    from engage.areas.margin_files import read_margins
    from engage.areas.postcode_files import read_postcodes
    from engage.areas.postcodes import parse_postcode, parse_postcode_district
    from engage.areas.reference_files import ReferenceFileFaulty
    from engage.channels.paper.decoding import Undecodable, decode_picture
    from engage.channels.sms.providers import json_webhook, notify, smsgate, twilio
    from engage.channels.sms.reading import (
        read_choice,
        read_choices,
        read_date,
        read_number,
        read_order,
        read_words,
    )
    from engage.collection.past_waves.files import FileFaulty, read_rows
    from engage.questionnaire.faults import DefinitionFaulty
    from engage.questionnaire.files import parse_text, read_definition
    from engage.questionnaire.library import read_library_survey
    from engage.questionnaire.translation_files import read_translation_file
    from engage.questionnaire.translation_rows import TranslationFileFaulty
    from engage.questionnaire.xlsform import read_xlsform, write_xlsform
    from engage.response.submission import parse_submission

#: Seconds one input may take.
MOST_SECONDS = 20
#: Questions of the workbook whose cells are changed.
MOST_QUESTIONS = 8

Parser = Callable[[bytes], None]


def definition(data: bytes) -> None:
    """Read a definition, which is YAML or JSON."""
    try:
        read_definition(data.decode("utf-8", "replace"))
    except DefinitionFaulty:
        return


def xlsform(data: bytes) -> None:
    """Read a workbook of whose cells some were changed."""
    provided = atheris.FuzzedDataProvider(data)
    book = load_workbook(io.BytesIO(_workbook()))
    for _ in range(provided.ConsumeIntInRange(0, 6)):
        sheet = book.worksheets[provided.ConsumeIntInRange(0, len(book.worksheets) - 1)]
        row = provided.ConsumeIntInRange(1, min(sheet.max_row + 1, 60))
        column = provided.ConsumeIntInRange(1, sheet.max_column + 1)
        text = provided.ConsumeUnicodeNoSurrogates(provided.ConsumeIntInRange(0, 40))
        sheet.cell(row, column).value = "".join(letter for letter in text if letter.isprintable()) or None
    kept = io.BytesIO()
    book.save(kept)
    _read_xlsform(kept.getvalue())


def xlsform_bytes(data: bytes) -> None:
    """Read a workbook that is damaged, or none."""
    whole = _workbook()
    at = int.from_bytes(data[:3], "big") % len(whole)
    _read_xlsform(whole[:at] + data[3:] + whole[at + len(data[3:]) :])


def postcode(data: bytes) -> None:
    """Read what somebody typed as a postcode, and a file of postcodes."""
    text = data.decode("utf-8", "replace")
    parse_postcode(text)
    parse_postcode_district(text)
    _refused(lambda: list(read_postcodes(text.splitlines(keepends=True))))


def text_message(data: bytes) -> None:
    """Read a text message as every kind of answer."""
    text = data.decode("utf-8", "replace")
    words = {"yes": 0, "no": 1, "نعم": 0}
    read_choice(text, 5, words)
    read_choices(text, 5, words)
    read_order(text, 5)
    read_number(text)
    read_date(text)
    read_words(text, 500)


def webhook(data: bytes) -> None:
    """Read what a provider would send."""
    for provider in (json_webhook, notify, smsgate, twilio):
        provider.parse(data)


def submission(data: bytes) -> None:
    """Read a submission as JSON."""
    try:
        document = parse_text(data.decode("utf-8", "replace"), "body.json")
    except DefinitionFaulty:
        return
    parse_submission(document)


def picture(data: bytes) -> None:
    """Open the picture of a scanned form."""
    try:
        decode_picture(data)
    except Undecodable:
        return


def tables(data: bytes) -> None:
    """Read the files of areas, census counts and other suppliers' figures."""
    text = data.decode("utf-8", "replace")
    for suffix in (".csv", ".geojson"):
        _refused(lambda suffix=suffix: read_area_file(text, suffix))  # type: ignore[misc]
    _refused(lambda: read_margins(text.splitlines(keepends=True)))
    _refused(lambda: read_indicators(text.splitlines(keepends=True), known=["E05012278"]))


def past_wave(data: bytes) -> None:
    """Read a file of a past wave."""
    for suffix in (".csv", ".xlsx"):
        with tempfile.NamedTemporaryFile(suffix=suffix) as file:
            file.write(data)
            file.flush()
            try:
                for _ in read_rows(Path(file.name)):
                    pass
            except FileFaulty:
                continue


def translation(data: bytes) -> None:
    """Read a file that a translator sends back."""
    for name in ("words.po", "words.csv", "words.xlsx"):
        try:
            read_translation_file(name, data, "ar")
        except TranslationFileFaulty:
            continue


PARSERS: dict[str, Parser] = {
    parser.__name__: parser
    for parser in (
        *(definition, xlsform, xlsform_bytes, postcode, text_message, webhook),
        *(submission, picture, tables, past_wave, translation),
    )
}
_whole: list[bytes] = []


def main() -> int:
    """Run every parser, or one; return 1 where one crashed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("parsers", nargs="*", help=f"of {', '.join(PARSERS)}; all unless named")
    asked.add_argument("--seconds", type=int, default=60, help="for each parser")
    asked.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    asked.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    given.findings.mkdir(exist_ok=True)
    if given.alone:
        _fuzz(given.parsers[0], given.seconds, given.findings)
    failed = []
    for name in given.parsers or PARSERS:
        words = [sys.executable, __file__, name, "--alone", "--seconds", str(given.seconds)]
        run = subprocess.run(
            [*words, "--findings", str(given.findings)],
            check=False,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        done = [line for line in run.stderr.splitlines() if line.startswith(("Done", "#", "stat::number_of_executed"))]
        print(f"{name:<16} {'held' if run.returncode == 0 else 'FAILED':<8} {done[-1] if done else ''}", flush=True)
        if run.returncode != 0:
            print(run.stderr[-4000:])
            failed.append(name)
    return int(bool(failed))


def _fuzz(name: str, seconds: int, findings: Path) -> None:
    settings = [f"-max_total_time={seconds}", f"-timeout={MOST_SECONDS}", f"-artifact_prefix={findings}/{name}-"]
    atheris.Setup([sys.argv[0], *settings, "-max_len=4096", "-rss_limit_mb=4096"], PARSERS[name])
    atheris.Fuzz()


def _refused(read: Callable[[], object]) -> None:
    try:
        read()
    except ReferenceFileFaulty:
        return


def _read_xlsform(content: bytes) -> None:
    for leave_out in (False, True):
        try:
            read_xlsform(content, "form.xlsx", leave_out=leave_out)
        except DefinitionFaulty:
            continue


def _workbook() -> bytes:
    """Return a workbook of the library survey's first questions in English."""
    if not _whole:
        survey = read_library_survey("feeling-safe")
        small = replace(
            survey, questions=survey.questions[:MOST_QUESTIONS], languages=survey.languages[:1], help_lines=()
        )
        _whole.append(write_xlsform(small))
    return _whole[0]


if __name__ == "__main__":
    raise SystemExit(main())
