"""Says how much effort came with an answer: evidence for a person who looks at a rush, never a reason to refuse.

A page's script looks for a number while somebody answers; who answers without scripts takes the time it takes.
Nobody is followed for it: the number says nothing but that a machine has counted for about a second.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

#: `worked`: a number was found; `slowly`: pages were taken at the speed of a person; `none`: neither; `vouched`: it
#: came by a channel that is not open to anybody, so that somebody known stands for it.
EFFORTS = ("worked", "slowly", "none", "vouched")
#: Bits that are zero at the front of the hash: 65,536 tries on average, about a second on a cheap phone.
#: static/script/effort.js counts to the same.
BITS = 16
#: Name of the header that carries numbers, divided by commas, in the order of the answers.
HEADER = "X-Engage-Effort"
#: Signs of a number at most, so that what is hashed fits into one block.
_LONGEST = 12
#: Nobody reads a survey in less than this.
_SHORTEST = timedelta(seconds=20)
#: Nor a page, on average, in less than this.
_PER_PAGE = timedelta(seconds=1.5)


def is_worked(response_id: UUID, number: str) -> bool:
    """Say whether a number is one that had to be looked for: bound to the id, so that it serves one answer only."""
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST):
        return False
    digest = hashlib.sha256(f"{response_id} {number}".encode()).digest()
    return int.from_bytes(digest) >> (len(digest) * 8 - BITS) == 0


def effort_of_pages(began: datetime, ended: datetime, pages: int) -> str:
    """Return the effort of pages that were taken without scripts: the server's own times, not what was sent."""
    return "slowly" if ended - began >= max(_SHORTEST, pages * _PER_PAGE) else "none"


def efforts_sent(ids: Iterable[UUID | None], header: str) -> Mapping[UUID, str]:
    """Return the effort that came with answers: one number for each in their order, divided by commas."""
    numbers = zip(ids, header.split(","), strict=False)
    return {found: "worked" for found, number in numbers if found and is_worked(found, number.strip())}
