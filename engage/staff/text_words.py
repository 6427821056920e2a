"""The English words staff read about texts: providers, what became of a text, what the duty queue says."""

from collections.abc import Mapping

#: What somebody's words may be about, by the list of phrases that they were found in.
DANGERS: Mapping[str, str] = {
    "self_harm": "May be thinking of hurting or killing themselves",
    "being_hurt": "May be hurt by somebody",
    "weapon": "May be near a weapon",
    "sexual_harm": "May be harmed sexually, or made to marry",
    "exploitation": "May be made to do things for others",
    "running_away": "May have run away, or have nowhere to sleep",
    "harm_to_others": "May want to hurt somebody",
    "reader_worried": "Somebody of the team is worried",
}
OUTCOMES: Mapping[str, str] = {
    "no_concern": "No concern: a false alarm",
    "help_given": "Help was given",
    "emergency": "999 was called",
    "passed_police": "Passed to the police",
    "passed_social_care": "Passed to social care for children or adults",
    "passed_lead": "Passed to our own safeguarding lead",
    "passed_on": "Passed to somebody else who can help",
    "not_reached": "Nobody could be reached",
}
#: What became of a text we sent.
TEXT_STATES: Mapping[str, str] = {
    "waiting": "waits",
    "sending": "on its way",
    "sent": "taken by the provider",
    "failed": "not sent",
    "dropped": "not sent, the person said STOP",
}
#: Over how many texts are in each state.
COUNTED: Mapping[str, str] = {
    "waiting": "Texts waiting",
    "sending": "Texts on their way",
    "sent": "Texts sent",
    "failed": "Texts not sent",
    "dropped": "Dropped after STOP",
}
KINDS: Mapping[str, str] = {"reply": "Reply", "reminder": "Reminder", "test": "Test text"}
_FAULTS: Mapping[str, str] = {
    "lossy_text": "the provider would garble its letters",
    "too_long": "too long for the provider",
    "too_late": "too late to be of use",
    "unreachable": "the provider cannot be reached",
    "never_arrived": "it never reached the provider",
    "network_limit": "too many texts to one number in an hour",
    "not_set_up": "the account is not filled in",
    "opted_out": "the person said STOP",
    "number_missing": "the number is gone",
    "number_sealed_elsewhere": "the number was sealed with another instance's key",
    "account_sealed_elsewhere": "the account was sealed with another instance's key: fill it in again",
    "sent_again_by_staff": "sent again as somebody of the team asked",
}


def fault_of(code: str | None) -> str:
    """Return why a text was not sent, empty where nothing is known."""
    if code is None:
        return ""
    provider, _, status = code.partition("_")
    return _FAULTS.get(code) or f"{provider.capitalize()} answered {status}"
