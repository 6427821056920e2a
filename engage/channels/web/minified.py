"""Shortens styles and scripts, in the process that hands them out."""


def shortened(media_type: str, text: str) -> str:
    """Return a style or a script as short as it can be written."""
    import minify  # noqa: PLC0415 - its Go runtime hangs in a process forked after it was imported

    return str(minify.string(media_type, text))
