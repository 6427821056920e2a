"""The four registration marks of a page: where they stand and what they look like, to draw and to find them."""

from engage.channels.paper.layout import PAGE_WIDTH, Marker

#: Side of a mark (mm), and its distance from the edge of the sheet (mm): what office printers and scanners keep.
MARKER_SIDE, MARKER_EDGE = 8.0, 8.5
#: AprilTag 16h5, numbers 0 to 3: the four rows of four cells inside the black rim, 1 is white.
PATTERNS = (
    ("1101", "1000", "1100", "0100"),
    ("1010", "0101", "0111", "0100"),
    ("0101", "0110", "0010", "1100"),
    ("1001", "1101", "1010", "0010"),
)
#: Cells along the side of a mark, the black rim included.
CELLS = len(PATTERNS[0]) + 2


def corner_markers(bottom_mm: float) -> tuple[Marker, ...]:
    """Return the marks of a page that ends at `bottom_mm`: 0 top left, then clockwise.

    They are the same for a form from right to left, so a page never reads as its own mirror image.
    """
    left, right = MARKER_EDGE, PAGE_WIDTH - MARKER_EDGE - MARKER_SIDE
    top, low = MARKER_EDGE, round(bottom_mm - MARKER_EDGE - MARKER_SIDE, 2)
    corners = ((left, top), (right, top), (right, low), (left, low))
    return tuple(Marker(x, y, MARKER_SIDE, MARKER_SIDE, number) for number, (x, y) in enumerate(corners))


def dark_cells(number: int) -> list[tuple[int, int]]:
    """Return (column, row) of the black cells of a mark, the rim included."""
    inner = range(1, CELLS - 1)
    return [
        (column, row)
        for row in range(CELLS)
        for column in range(CELLS)
        if row not in inner or column not in inner or PATTERNS[number][row - 1][column - 1] == "0"
    ]
