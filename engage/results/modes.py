"""Names the ways people answered: channel, style and help together, since each can change what is said."""

#: The ways of answering, in the order they are shown: alone on a screen, alone on paper, with somebody asking or
#: helping, by text message on a short list, and in easy read with three faces.
MODES = ("web", "paper", "with_help", "text", "easy_read")
#: The breakdown by these, and the question whose answers they would be.
MODE = "mode"

_SCREENS = ("web", "outreach", "api")
_ON_PAPER = ("paper_keyed", "paper_read")


def mode_of(channel: str, style: str, assisted: str) -> str:
    """Return the way a response was answered: what changes answers most comes first."""
    if channel == "sms":
        return "text"
    if style == "easy_read":
        return "easy_read"
    if channel == "phone" or assisted != "none":
        return "with_help"
    if channel in _ON_PAPER:
        return "paper"
    if channel in _SCREENS:
        return "web"
    raise ValueError(f"{channel!r} is no channel")
