"""Keeps a text from being run: what a spreadsheet would take for a formula begins with an apostrophe instead."""

#: Signs at which a spreadsheet takes what follows for a formula (OWASP, CSV injection).
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
