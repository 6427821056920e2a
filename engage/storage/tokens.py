"""Tokens with which a trusted system sends answers of other channels through the API."""

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import HASH, NAME, Base


class TokenRow(Base):
    """One token, kept as its hash."""

    __tablename__ = "api_tokens"
    token_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    name: Mapped[str] = mapped_column(NAME, unique=True)


def add(session: Session, token_hash: str, name: str) -> bool:
    """Store a token under the name of the system that holds it; false when the name is taken."""
    if session.scalar(select(TokenRow.name).where(TokenRow.name == name)) is not None:
        return False
    session.add(TokenRow(token_hash=token_hash, name=name))
    session.flush()
    return True


def holder(session: Session, token_hash: str) -> str | None:
    """Return the name of the system that holds a token."""
    return session.scalar(select(TokenRow.name).where(TokenRow.token_hash == token_hash))
