"""Consent: the one rule that every channel reads before anything is stored."""

from dataclasses import dataclass
from typing import Any

#: What a parent or carer has said, where it was asked.
GUARDIAN_WORDS = ("agreed", "opted_out")
#: Bands in which the survey's consent rule decides; somebody who does not say counts as 13 to 15.
RULE_DECIDES = (None, "13-15", "pns")


@dataclass(frozen=True)
class Given:
    """What the person agreed to, their age band, and what a parent or carer said where that was asked."""

    version: int
    given: bool
    age_band: str | None = None
    guardian: str | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the consent as it stands in a submission."""
        document: dict[str, Any] = {"version": self.version, "given": self.given, "age_band": self.age_band}
        return document | ({"guardian": self.guardian} if self.guardian else {})


def consent_problem(rule: str, consent: Given) -> str | None:
    """Return the problem code that keeps an answer from being stored, or None.

    Under 13 nothing is collected on any channel (UK GDPR Article 8 and the survey's own rule). For 13 to 15
    the survey's rule decides: `own` agreement, `school_opt_out` (unless a parent or carer opted out) or
    `parent_opt_in` (only when a parent or carer agreed). From 16 a person's own agreement is enough.
    """
    if consent.age_band == "under-13":
        return "too_young"
    if not consent.given:
        return "consent_missing"
    if consent.age_band not in RULE_DECIDES:
        return None
    if rule != "own" and consent.guardian == "opted_out":
        return "guardian_opted_out"
    if rule == "parent_opt_in" and consent.guardian != "agreed":
        return "guardian_needed"
    return None
