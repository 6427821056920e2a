"""Says which numbers of help lines somebody has to check before a survey opens, and which nobody test-calls."""

from datetime import date

from engage.questionnaire.model import HelpLine

#: Emergency, police and relay numbers: a test call would keep somebody in danger waiting, so they count as checked.
NOT_TEST_CALLED = ("999", "101", "18001")


def is_test_called(line: HelpLine) -> bool:
    """Say whether somebody has to check a number, which is any but those nobody test-calls."""
    return line.number.replace(" ", "") not in NOT_TEST_CALLED


def is_unchecked(line: HelpLine, since: date | None = None) -> bool:
    """Say whether a number has yet to be checked: ever, or since a day."""
    if not is_test_called(line):
        return False
    return not line.checked_on or (since is not None and line.checked_on < since.isoformat())
