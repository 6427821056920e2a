"""Shows in the terminal how far long work is, as a bar that fills up."""

import sys

import click

#: Letters of the bar.
WIDTH = 40
#: Begins a line anew and clears it (ECMA-48, EL).
ANEW = "\r\x1b[K"


def bar(done: int, total: int, *, is_over: bool = False) -> str:
    """Return how far work is, as a bar and in figures; work without steps fills it when it is over."""
    full = WIDTH * min(done, total) // total if total else WIDTH * is_over
    return f"[{'#' * full}{'.' * (WIDTH - full)}] {done}/{total}"


def say_above(line: str) -> None:
    """Print a line about the work in the place of the bar, which is drawn again below it."""
    click.echo(f"{ANEW if sys.stderr.isatty() else ''}{line}", err=True)


def show_progress(done: int, total: int) -> None:
    """Draw the bar on the terminal, below what is printed elsewhere; where nobody looks on, draw nothing."""
    if sys.stderr.isatty():
        click.echo(f"{ANEW}{bar(done, total)}", nl=done >= total, err=True)
