"""Draws faces and signs: what is answered, and what a button does."""

from engage.pictures.pen import Shape, bow, box, circle, curve, dot, face, line, oval, thumb

#: Name → shapes, in a square of 48 units.
SIGNS: dict[str, tuple[Shape, ...]] = {
    "face_safe": face(curve(14.5, 28, 17, 37, 31, 37, 33.5, 28)),
    "face_between": face(line(16, 31.5, 32, 31.5)),
    "face_unsafe": face(curve(15, 35, 18, 27, 30, 27, 33, 35)),
    "good": thumb(up=True),
    "bad": thumb(up=False),
    "ok": (circle(24, 24, 19), line(15, 25, 21.5, 31.5, 34, 18)),
    "question": (
        *(circle(24, 24, 19), curve(17.5, 19, 17.5, 10.5, 30.5, 10.5, 30.5, 19, 30.5, 24, 24, 23.5, 24, 29)),
        dot(24, 35.5),
    ),
    "language": (circle(24, 24, 19), oval(24, 24, 8, 19), line(6.5, 17, 41.5, 17), line(6.5, 31, 41.5, 31)),
    "lock": (
        box(9, 21, 30, 22, 4),
        curve(15, 21, 15, 21, 15, 14, 15, 14, 15, 2, 33, 2, 33, 14, 33, 14, 33, 21, 33, 21),
        dot(24, 30, 2.6),
        line(24, 30, 24, 36),
    ),
    "leave": (line(26, 12, 26, 5, 7, 5, 7, 43, 26, 43, 26, 36), line(17, 24, 43, 24), line(35, 16, 43, 24, 35, 32)),
    "write": (line(6, 42, 9, 31, 33, 7, 41, 15, 17, 39, closed=True), line(27, 13, 35, 21), line(9, 31, 17, 39)),
    "face_very_safe": face(curve(13.5, 27, 15, 39, 33, 39, 34.5, 27, 27, 28.5, 21, 28.5, 13.5, 27, closed=True)),
    "face_very_unsafe": (
        *face(curve(14.5, 36.5, 16, 26, 32, 26, 33.5, 36.5, 27, 34.5, 21, 34.5, 14.5, 36.5, closed=True)),
        *(line(12, 15.5, 18, 12.5), line(36, 15.5, 30, 12.5)),
    ),
    "no": (circle(24, 24, 19), line(16.5, 16.5, 31.5, 31.5), line(31.5, 16.5, 16.5, 31.5)),
    "sort_of": (circle(24, 24, 19), curve(24, 5, 13.5, 5, 5, 13.5, 5, 24, 5, 34.5, 13.5, 43, 24, 43, solid=True)),
    "other": (circle(24, 24, 19), line(24, 14.5, 24, 33.5), line(14.5, 24, 33.5, 24)),
    "nothing": (
        curve(
            *(13, 31, 3, 31, 1, 19, 10, 17, 8, 8, 20, 3, 25, 9),
            *(31, 3, 43, 8, 39, 17, 48, 19, 46, 31, 36, 31),
            closed=True,
        ),
        *(circle(15, 38, 2.5), dot(9, 44, 1.8)),
    ),
    "warning": (line(24, 6, 44, 41, 4, 41, closed=True), line(24, 18, 24, 28), dot(24, 34.5)),
    "style_standard": (
        box(8, 4, 32, 40, 4),
        *(line(15, y, 33, y) for y in (14, 21, 28)),
        line(15, 35, 26, 35),
    ),
    "style_easy_read": (
        *(box(4, 7, 15, 15, 2), line(26, 11, 44, 11), line(26, 18, 38, 18)),
        *(circle(11.5, 34, 7.5), line(26, 31, 44, 31), line(26, 38, 38, 38)),
    ),
    "style_large_print": (
        *(line(3, 41, 15, 7, 27, 41), line(7, 30, 23, 30)),
        *(circle(37, 34, 7), line(44, 27, 44, 41)),
    ),
    "total": (line(5, 43, 43, 43), box(9, 27, 8, 16, 1), box(20, 16, 8, 27, 1), box(31, 6, 8, 37, 1)),
    "speaker": (
        line(4, 18, 12, 18, 23, 8, 23, 40, 12, 30, 4, 30, closed=True),
        *(curve(30, 17, 34, 20, 34, 28, 30, 31), curve(36, 10, 45, 17, 45, 31, 36, 38)),
    ),
    "stop": (box(10, 10, 28, 28, 4),),
    "onward": (line(5, 24, 43, 24), line(29, 10, 43, 24, 29, 38)),
    "skip": (bow(5, 32, 37, 32, 23), line(41, 18, 37.5, 32.5, 24, 28), dot(21, 35, 5)),
    "back": (line(5, 24, 43, 24), line(19, 10, 5, 24, 19, 38)),
}
