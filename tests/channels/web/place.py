"""An app on its instance, with a clock to turn, and the people who come to it."""

from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import func, select

from builders import Clock
from channels.web.respondent import Respondent, by_client
from engage.storage import drafts, responses
from engage.storage.instance import Instance


@dataclass
class Place:
    """An app on its instance, with a clock to turn."""

    app: Flask
    instance: Instance
    clock: Clock = field(default_factory=Clock)

    def someone(self, code: str = "local") -> Respondent:
        return Respondent(by_client(self.app.test_client()), code)

    def drafts(self) -> list[drafts.DraftRow]:
        with self.instance.database.reading() as session:
            return list(session.scalars(select(drafts.DraftRow)))

    def stored(self) -> int:
        with self.instance.database.reading() as session:
            return session.scalar(select(func.count()).select_from(responses.ResponseRow)) or 0
