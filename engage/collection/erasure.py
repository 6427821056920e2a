"""Erasure: the one list of what is kept of a response, and the one way by which it goes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from engage.response.receipts import receipt_key, receipt_of, tombstone_of
from engage.settings import Keys
from engage.storage import (
    audit,
    drafts,
    drawings,
    erasures,
    outbox,
    responses,
    review,
    safeguarding,
    scan_reads,
    scans,
    texts,
    tombstones,
    words,
)
from engage.storage.database import Session
from engage.storage.erasure import Gone, note_erased
from engage.storage.erasures import Erasure

#: What a holder's part may be: gone only with the whole response, or also when the time of own words or of drawings
#: is over while the coded answers stay.
ANSWERS, WORDS, DRAWINGS = "answers", "words", "drawings"
#: How the audit log names that one response was erased.
ERASED = "response.erased"
#: Responses that go in one transaction.
BATCH = 200


@dataclass(frozen=True)
class Holder:
    """Tables that hold something of a response, and what takes it out of them and returns how many rows."""

    name: str
    part: str
    tables: tuple[str, ...]
    erase: Callable[[Session, Gone], int]


#: Whoever adds a table adds a line here, or one to HOLDS_NOTHING: a test compares both with the tables there are.
HOLDERS: tuple[Holder, ...] = (
    Holder("own words", WORDS, ("word_pieces", "word_codings", "word_quotes"), words.erase),
    Holder("responses", ANSWERS, ("responses", "heard_counts"), responses.erase),
    Holder("held answers", ANSWERS, ("review_items",), review.erase),
    Holder("drawings looked at", DRAWINGS, ("drawings",), drawings.erase),
    Holder("drafts", ANSWERS, ("drafts",), drafts.erase),
    Holder("flags", ANSWERS, ("safeguarding_items",), safeguarding.erase),
    Holder(
        "scans",
        ANSWERS,
        ("scan_files", "scan_pages", "page_reads", "scanned_forms", "scan_decisions", "second_readings"),
        scan_reads.erase,
    ),
    Holder("replies", ANSWERS, ("text_messages", "text_conversations"), texts.erase),
    Holder("texts sent", ANSWERS, ("text_outbox", "text_statuses"), outbox.erase),
)

#: Why a table holds nothing of anybody's response, and which do.
_NOTHING_IN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "what is asked, not what is answered": (
            *("surveys", "questionnaires", "waves", "offered_languages", "clips"),
            *("changed_wordings", "wording_reviews", "phrase_revision", "survey_revision", "bound_translators"),
            *("codebook_themes", "working_copies", "working_steps"),
        ),
        "places and figures of other suppliers": (
            *("areas", "area_revision", "postcodes", "margins", "indicators", "indicator_figures"),
        ),
        "published tables, which change at the next release": ("releases", "release_tables", "release_extras"),
        "what staff wrote": (
            *("actions", "community_readings", "reports", "report_sections", "report_recommendations"),
            *("report_commenters", "report_comments", "survey_record"),
        ),
        "where people were asked, in tallies": ("visits", "organisations", "training_records"),
        "who works here and by which rules": (
            *("staff_accounts", "staff_links", "api_tokens", "tablets", "text_channels", "duty_contacts"),
            *("safeguarding_rules", "retention_rules", "paper_rules", "text_opt_outs", "tries"),
            *("staff_scopes", "staff_sessions", "staff_passkeys", "staff_totp", "staff_recovery_codes"),
        ),
        "sheets, not what stands on them": ("paper_batches", "paper_layouts", "paper_forms"),
        "questions asked in public, without a receipt": ("public_questions",),
        "that something was done, by hashes and counts": (
            "audit_lines",
            "audit_head",
            "erasures",
            "tombstones",
            "jobs",
        ),
        "how far the responses had come at a moment": (
            "arrival_marks",
            "response_removals",
            "word_gatherings",
            "fieldwork_counting",
        ),
        "how questions went, what is aimed at, and who is told of it; no cell is a person": (
            *("question_counts", "fieldwork_targets", "progress_recipients", "progress_sent"),
        ),
    }
)
#: Table → why it holds nothing of anybody's response.
HOLDS_NOTHING: Mapping[str, str] = MappingProxyType(
    {table: reason for reason, tables in _NOTHING_IN.items() for table in tables}
)


@dataclass(frozen=True)
class Because:
    """Why responses go, and by whom it was asked for; `reason` is one of `erasures.REASONS`."""

    reason: str
    actor: str
    now: datetime
    survey: str | None = None
    wave: str | None = None


def gone_of(session: Session, keys: Keys, response_ids: Iterable[UUID]) -> Gone:
    """Return everything that responses are known by, stored or not."""
    ids = tuple(dict.fromkeys(response_ids))
    receipts = tuple(map(receipt_of, ids))
    receipt_keys = tuple(key for receipt in receipts for key in keys_of_receipt(keys, receipt))
    serials = {*responses.serials_of(session, ids), *scans.serials_of(session, receipt_keys)}
    return Gone(ids, tuple(map(tombstone_of, ids)), receipts, receipt_keys, tuple(sorted(serials)))


def keys_of_receipt(keys: Keys, receipt: str) -> tuple[str, ...]:
    """Return what may be stored of a receipt: its hash under every version of the key, the newest first."""
    return tuple(receipt_key(receipt, key) for key in keys.receipts.newest_first())


def erase(session: Session, keys: Keys, gone: Gone, because: Because) -> None:
    """Erase whole responses wherever something of them is kept, in the caller's transaction.

    A hash of each id stays behind, in the database and in a file outside it, so that neither a late retry nor a
    restored backup brings one back. What is recorded has counts and those hashes only.
    """
    tombstones.raise_over(session, gone.tombstones)
    note_erased(session, gone.tombstones)
    traces = _take_out(session, HOLDERS, gone)
    _record(session, because, len(gone.response_ids), traces)
    is_one = len(gone.tombstones) == 1
    audit.append(
        session,
        keys.audit,
        at=because.now,
        actor=because.actor,
        action=ERASED if is_one else "responses.erased",
        subject=gone.tombstones[0] if is_one else because.survey,
        detail={"reason": because.reason, **(_by_name(gone) if is_one else _by_list(gone, because))},
    )


def erase_part(session: Session, part: str, gone: Gone) -> dict[str, int]:
    """Take own words, or drawings, of responses that stay out of everything that was made of them."""
    return _take_out(session, [holder for holder in HOLDERS if holder.part == part], gone)


def _by_name(gone: Gone) -> dict[str, Any]:
    """Return under what else than its hash one response is found in the audit log."""
    return {"receipt": gone.receipt_keys[0], **({"serial": gone.serials[0]} if gone.serials else {})}


def _by_list(gone: Gone, because: Because) -> dict[str, Any]:
    return {"of": list(gone.tombstones), "wave": because.wave}


def _take_out(session: Session, holders: Sequence[Holder], gone: Gone) -> dict[str, int]:
    counts = {holder.name: holder.erase(session, gone) for holder in holders}
    return {name: count for name, count in counts.items() if count}


def _record(session: Session, because: Because, count: int, traces: Mapping[str, int]) -> None:
    record = Erasure(because.now, because.survey, because.wave, because.reason, because.actor, count, traces)
    erasures.add(session, record)
