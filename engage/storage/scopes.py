"""What each account reaches: areas, surveys, waves and languages, a row for each; none of a kind is all of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import CheckConstraint, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.areas import AreaTree
from engage.areas.reach import is_reached
from engage.storage.base import NAME, WORDING_KEY, Base

#: The kinds of limit; a wave is written `survey/wave`.
KINDS = ("area", "survey", "wave", "language")


class ScopeRow(Base):
    """One area, survey, wave or language that an account is limited to."""

    __tablename__ = "staff_scopes"
    __table_args__ = (CheckConstraint("kind IN ('area', 'survey', 'wave', 'language')", name="known_kind"),)
    account: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(NAME, primary_key=True)
    code: Mapped[str] = mapped_column(WORDING_KEY, primary_key=True)


@dataclass(frozen=True)
class Scope:
    """What somebody reaches; an empty set is everything of its kind."""

    areas: frozenset[str] = field(default=frozenset())
    surveys: frozenset[str] = field(default=frozenset())
    #: Each as `survey/wave`; of a survey with such limits only these waves are reached.
    waves: frozenset[str] = field(default=frozenset())
    languages: frozenset[str] = field(default=frozenset())

    @property
    def is_everything(self) -> bool:
        """Say whether nothing is limited."""
        return not (self.areas or self.surveys or self.waves or self.languages)

    def has_area(self, tree: AreaTree, code: str) -> bool:
        """Say whether an area lies within those of the person; no unknown area does."""
        return is_reached(tree, code, self.areas)

    def has_survey(self, slug: str, wave: str | None = None) -> bool:
        """Say whether a survey is reached, and of it a wave where one is named."""
        own = {known for known in self.waves if known.partition("/")[0] == slug}
        is_open = slug in self.surveys or bool(own) or not (self.surveys or self.waves)
        return is_open and (wave is None or not own or f"{slug}/{wave}" in own)

    def has_language(self, tag: str) -> bool:
        """Say whether the words of a language are the person's."""
        return not self.languages or tag in self.languages

    def to_document(self) -> dict[str, list[str]]:
        """Return the limits as the audit log keeps them."""
        return {kind: sorted(codes) for kind, codes in self._by_kind().items() if codes}

    def _by_kind(self) -> Mapping[str, Collection[str]]:
        return {"area": self.areas, "survey": self.surveys, "wave": self.waves, "language": self.languages}

    def rows(self) -> Iterable[tuple[str, str]]:
        """Yield every limit as its kind and code."""
        return ((kind, code) for kind, codes in self._by_kind().items() for code in sorted(codes))


def put(session: Session, account_id: int, scope: Scope) -> None:
    """Store what an account reaches, in place of what it did."""
    session.execute(delete(ScopeRow).where(ScopeRow.account == account_id))
    session.add_all(ScopeRow(account=account_id, kind=kind, code=code) for kind, code in scope.rows())
    session.flush()


def of(session: Session, account_id: int) -> Scope:
    """Return what an account reaches."""
    rows = session.execute(select(ScopeRow.kind, ScopeRow.code).where(ScopeRow.account == account_id))
    return _scope((kind, code) for kind, code in rows)


def of_all(session: Session) -> dict[int, Scope]:
    """Return account → what it reaches, for those who do not reach everything."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for account, kind, code in session.execute(select(ScopeRow.account, ScopeRow.kind, ScopeRow.code)):
        found[account].append((kind, code))
    return {account: _scope(rows) for account, rows in found.items()}


def _scope(rows: Iterable[tuple[str, str]]) -> Scope:
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, code in rows:
        found[kind].add(code)
    return Scope(*(frozenset(found[kind]) for kind in KINDS))
