"""Scanned forms put together: stored once when whole and certain, and in every other case nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from builders import NOW, WAVE
from engage.channels.paper.forms_read import keyed_document, open_sheets_of, read_keyed_document, store_form
from engage.channels.paper.intake import PageTaken
from engage.channels.paper.page_reader import PageRead
from engage.collection.paper import KeyedForm, enter_form
from engage.collection.scan_files import open_scan
from engage.collection.scan_pages import list_unfinished
from engage.collection.scan_retention import forget_old_scans
from engage.collection.surveys import set_wave_state
from engage.collection.withdrawal import erase_response
from engage.response.receipts import receipt_of, tombstone_of
from engage.response.serials import response_id_of
from engage.storage import audit, batches, forms, review, scan_reads, scans
from engage.storage.batches import Rules
from engage.storage.forms import Form
from engage.storage.instance import Instance
from marked import AGREED, library_layout, seen, seen_again
from scanning import forms_of_library, pictures, scanned, stored, take

ANSWERS = {"safe_day": "neither", "unsafe_reasons": ["threats", "dark"], "unsafe_most": "dark"}
TICKS: Mapping[str, Sequence[str]] = {
    **AGREED,
    "area": ["E06000018"],
    "safe_day": ["neither"],
    "unsafe_reasons": ["dark", "threats"],
    "unsafe_most": ["dark"],
}

KEYED = KeyedForm(consent=True, age_band="25-34", area="E06000018", answers=ANSWERS)


@pytest.fixture
def serial(surveyed: Instance) -> str:
    return forms_of_library(surveyed)[0]


def sheet(**more: Sequence[str]) -> tuple[PageRead, ...]:
    return seen(library_layout(), {**TICKS, **more})


def printed_pages() -> int:
    """Return how many pages a form has."""
    return len(library_layout().pages)


def page_of(question: str) -> int:
    """Return the number of the page that a question stands on."""
    return next(page.number for page in library_layout().pages if question in {box.question for box in page.boxes})


def page_with(question: str, **more: Sequence[str]) -> list[PageRead]:
    """Return the one page that a question stands on."""
    return [page for page in sheet(**more) if page.page == page_of(question)]


def doubtful() -> tuple[PageRead, ...]:
    return seen_again(sheet(), ("safe_day", "fairly_safe"), "doubtful")


def statuses(taken: Sequence[PageTaken]) -> list[str]:
    return [page.kept.page.state for page in taken]


def printed(instance: Instance, serial: str) -> Form:
    with instance.database.reading() as session:
        form = forms.get(session, serial)
    assert form is not None
    return form


def waiting(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        return [item.kind for item in review.waiting(session)]


def key(instance: Instance, serial: str, keyed: KeyedForm = KEYED) -> str:
    form, keys = printed(instance, serial), instance.settings.keys
    with instance.database.writing() as session:
        return enter_form(session, keys, form, keyed, by="ambassador", now=instance.now()).status


def settle(instance: Instance, serial: str, keyed: KeyedForm | None = None) -> str:
    """Store a waiting form as a person would who agrees with the reader."""
    with instance.database.writing() as session:
        sheets = open_sheets_of(session, serial)
        assert sheets is not None
        now = instance.now()
        done = store_form(session, instance.settings.keys, sheets, keyed or sheets.read.form, by="reviewer", now=now)
    return done.status


def test_a_form_scanned_in_any_order_is_stored_once_it_is_whole(surveyed: Instance, serial: str) -> None:
    pages = list(sheet())
    Random(3).shuffle(pages)
    taken = take(surveyed, pages, serial)
    assert statuses(taken) == ["read"] * printed_pages()
    became = [page.finish.status for page in taken if page.finish]
    assert became[0] == "collecting"
    assert became.count("entered") == 1
    kept = stored(surveyed, serial)
    assert kept is not None
    assert (kept.channel, kept.answers, kept.area, kept.age_band) == ("paper_read", ANSWERS, "E06000018", "25-34")
    assert (kept.serial, kept.wave, kept.keyed_by) == (serial, WAVE, None)
    assert printed(surveyed, serial).state == "read"


def test_a_form_that_lacks_pages_is_listed_with_them_and_stored_when_they_come(surveyed: Instance, serial: str) -> None:
    pages = sheet()
    lost = (page_of("safe_day"), page_of("gender"))
    here = tuple(page.page for page in pages if page.page not in lost)
    take(surveyed, [page for page in pages if page.page not in lost], serial)
    with surveyed.database.reading() as session:
        [lacking] = list_unfinished(session)
    assert (lacking.serial, lacking.here, lacking.missing) == (serial, here, lost)
    assert stored(surveyed, serial) is None
    take(surveyed, [page for page in pages if page.page in lost], serial)
    assert stored(surveyed, serial) is not None
    with surveyed.database.reading() as session:
        assert list_unfinished(session) == []


def test_a_form_scanned_twice_is_one_response(surveyed: Instance, serial: str) -> None:
    take(surveyed, sheet(), serial)
    assert statuses(take(surveyed, sheet(), serial)) == ["duplicate"] * printed_pages()
    assert len(pictures(surveyed)) == printed_pages()
    assert waiting(surveyed) == []


def test_a_form_keyed_and_scanned_with_the_same_answers_is_one_response(surveyed: Instance) -> None:
    first, second = forms_of_library(surveyed, 2)
    take(surveyed, sheet(), first)
    assert key(surveyed, first) == "same"
    assert key(surveyed, second) == "entered"
    done = take(surveyed, sheet(), second)[-1].finish
    assert done is not None
    assert done.status == "same"
    kept = stored(surveyed, second)
    assert kept is not None
    assert (kept.channel, waiting(surveyed)) == ("paper_keyed", [])


def test_a_form_keyed_and_scanned_with_other_answers_waits_for_a_decision(surveyed: Instance, serial: str) -> None:
    key(surveyed, serial, replace(KEYED, answers={"safe_day": "very_safe"}))
    done = take(surveyed, sheet(), serial)[-1].finish
    assert done is not None
    assert (done.status, waiting(surveyed)) == ("second", ["second_entry"])
    kept = stored(surveyed, serial)
    assert kept is not None
    assert kept.answers == {"safe_day": "very_safe"}


def test_a_form_in_doubt_waits_for_a_person_and_nothing_of_it_is_stored(surveyed: Instance, serial: str) -> None:
    taken = take(surveyed, doubtful(), serial)
    assert statuses(taken)[page_of("safe_day") - 1] == "doubtful"
    form = scanned(surveyed, serial)
    assert form is not None
    assert (form.state, form.review, stored(surveyed, serial)) == ("review", ("safe_day",), None)
    assert settle(surveyed, serial, KEYED) == "entered"
    kept = stored(surveyed, serial)
    assert kept is not None
    assert kept.answers == ANSWERS


def test_a_better_scan_of_a_page_takes_the_doubt_away_and_the_worse_picture(surveyed: Instance, serial: str) -> None:
    take(surveyed, doubtful(), serial)
    [again] = take(surveyed, page_with("safe_day"), serial)
    assert again.finish is not None
    assert again.finish.status == "entered"
    assert stored(surveyed, serial) is not None
    assert len(pictures(surveyed)) == printed_pages()


def test_two_scans_of_a_page_with_other_ticks_are_compared_by_a_person(surveyed: Instance, serial: str) -> None:
    pages = [page for page in sheet() if page.page != page_of("gender")]
    take(surveyed, pages, serial)
    [other] = take(surveyed, page_with("safe_day", safe_day=["very_safe"]), serial)
    assert (other.kept.page.state, other.kept.page.problem) == ("doubtful", "two_sheets")
    take(surveyed, page_with("gender"), serial)
    with surveyed.database.reading() as session:
        sheets = open_sheets_of(session, serial)
    assert sheets is not None
    assert sheets.read.reasons == {"safe_day": "two_sheets"}
    assert [page.page for page in sheets.pages].count(page_of("safe_day")) == 2
    assert stored(surveyed, serial) is None


def test_a_copied_sheet_that_comes_after_the_form_was_stored_replaces_nothing(surveyed: Instance, serial: str) -> None:
    take(surveyed, sheet(), serial)
    take(surveyed, page_with("safe_day", safe_day=["very_safe"]), serial)
    form = scanned(surveyed, serial)
    assert form is not None
    assert (form.state, form.review) == ("review", ("safe_day",))
    assert settle(surveyed, serial, replace(KEYED, answers={"safe_day": "very_safe"})) == "second"
    kept = stored(surveyed, serial)
    assert kept is not None
    assert (kept.answers, waiting(surveyed)) == (ANSWERS, ["second_entry"])


def test_of_somebody_under_thirteen_nothing_is_kept_from_the_first_page_on(surveyed: Instance, serial: str) -> None:
    pages = sheet(age_band=["under-13"])
    taken = take(surveyed, [*pages[1:], pages[0]], serial)
    assert taken[-1].finish is not None
    assert (taken[-1].finish.status, pictures(surveyed)) == ("refused", [])
    with surveyed.database.reading() as session:
        assert [scan_reads.get_read(session, page.kept.page.id) for page in taken] == [None] * printed_pages()
    assert (printed(surveyed, serial).state, stored(surveyed, serial)) == ("refused", None)
    [again] = take(surveyed, pages[:1], serial)
    assert (again.kept.page.state, again.kept.page.problem) == ("set_aside", "form_refused")


def test_a_form_without_agreement_is_given_up_only_by_a_person_and_then_wholly(surveyed: Instance, serial: str) -> None:
    take(surveyed, sheet(consent=[]), serial)
    form = scanned(surveyed, serial)
    assert form is not None
    assert (form.state, form.review) == ("review", ("consent",))
    assert settle(surveyed, serial) == "refused"
    with surveyed.database.reading() as session:
        names = scans.names_kept(session)
    assert (names, stored(surveyed, serial)) == (set(), None)


def test_a_form_keyed_because_a_sheet_is_lost_no_longer_lacks_pages(surveyed: Instance, serial: str) -> None:
    take(surveyed, page_with("safe_day"), serial)
    assert key(surveyed, serial) == "entered"
    with surveyed.database.reading() as session:
        assert list_unfinished(session) == []


def test_when_a_keyer_finds_no_agreement_what_was_scanned_goes_too(surveyed: Instance, serial: str) -> None:
    take(surveyed, doubtful(), serial)
    assert key(surveyed, serial, replace(KEYED, consent=False)) == "refused"
    form = scanned(surveyed, serial)
    assert form is not None
    with surveyed.database.reading() as session:
        assert (form.state, scans.names_kept(session)) == ("refused", set())


def test_a_form_taken_back_before_it_was_stored_is_gone_and_stays_away(surveyed: Instance, serial: str) -> None:
    take(surveyed, doubtful(), serial)
    with surveyed.database.writing() as session:
        receipt = receipt_of(response_id_of(serial))
        assert erase_response(session, surveyed.settings.keys, receipt, actor="test", now=surveyed.now())
    assert scanned(surveyed, serial) is None
    assert {page.kept.page.problem for page in take(surveyed, sheet(), serial)} == {"withdrawn"}
    assert stored(surveyed, serial) is None


def test_a_form_taken_back_after_it_was_stored_leaves_no_picture_that_can_be_found(
    surveyed: Instance, serial: str
) -> None:
    take(surveyed, sheet(), serial)
    with surveyed.database.writing() as session:
        receipt = receipt_of(response_id_of(serial))
        assert erase_response(session, surveyed.settings.keys, receipt, actor="test", now=surveyed.now())
        assert scans.names_kept(session) == set()
    assert stored(surveyed, serial) is None


def test_a_serial_that_nobody_printed_is_set_aside(surveyed: Instance) -> None:
    taken = take(surveyed, seen(library_layout(), TICKS))
    assert {(page.kept.page.state, page.kept.page.problem) for page in taken} == {("set_aside", "unknown_form")}
    assert pictures(surveyed) == []


def test_a_form_that_comes_after_the_wave_closed_waits_for_a_decision(surveyed: Instance, serial: str) -> None:
    with surveyed.database.writing() as session:
        keys, now = surveyed.settings.keys, surveyed.now()
        set_wave_state(session, keys, "feeling-safe", WAVE, "closed", actor="test", now=now)
    done = take(surveyed, sheet(), serial)[-1].finish
    assert done is not None
    assert (done.status, waiting(surveyed), stored(surveyed, serial)) == ("late", ["late"], None)


def test_pictures_and_reads_go_when_their_days_are_over(surveyed: Instance) -> None:
    done, lacking, in_doubt = forms_of_library(surveyed, 3)
    take(surveyed, sheet(), done)
    take(surveyed, sheet()[:3], lacking)
    take(surveyed, doubtful(), in_doubt)
    forget_old_scans(surveyed)
    assert len(pictures(surveyed)) == 2 * printed_pages() + 3
    forget_old_scans(replace(surveyed, now=lambda: NOW + timedelta(days=Rules().keep_days, seconds=1)))
    assert len(pictures(surveyed)) == printed_pages()
    assert scanned(surveyed, lacking) is None
    form = scanned(surveyed, in_doubt)
    assert form is not None
    assert form.state == "review"
    assert stored(surveyed, done) is not None
    with surveyed.database.reading() as session:
        assert {file.name for file in scans.newest_files(session, 9)} == {"scan"}
    assert statuses(take(surveyed, sheet(), done)) == ["duplicate"] * printed_pages()


def test_the_pictures_of_a_form_are_sealed(surveyed: Instance, serial: str) -> None:
    [taken] = take(surveyed, sheet()[:1], serial)
    name = taken.kept.page.image
    assert name is not None
    assert open_scan(surveyed.settings, name) == b"a picture"
    assert b"a picture" not in (surveyed.settings.instance / "scans" / name).read_bytes()


def test_a_chosen_share_of_forms_is_read_a_second_time(surveyed: Instance, serial: str) -> None:
    with surveyed.database.writing() as session:
        batches.put_rules(session, "feeling-safe", Rules(second_percent=100))
    take(surveyed, sheet(), serial)
    with surveyed.database.reading() as session:
        [reading] = scan_reads.list_second(session, "first_read")
    assert (reading.serial, read_keyed_document(reading.first or {}).answers) == (serial, ANSWERS)
    assert read_keyed_document(keyed_document(KEYED)) == replace(KEYED, area_relation=[])


def test_what_was_stored_of_a_scan_is_in_the_log(surveyed: Instance, serial: str) -> None:
    take(surveyed, sheet(), serial)
    with surveyed.database.reading() as session:
        [line] = audit.last_of(session, "response.stored", 2)
    assert (line.actor, line.subject) == ("ambassador", tombstone_of(response_id_of(serial)))
