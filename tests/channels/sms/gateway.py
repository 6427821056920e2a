"""A gateway without a web server: hands texts straight to the exchange, at a time that the test moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from engage.channels.sms.exchange import answer_text
from engage.channels.sms.message import InboundMessage
from engage.channels.sms.upkeep import look_after_conversations
from engage.collection.retention import forget_what_is_over
from engage.storage import texts
from engage.storage.instance import Instance
from engage.storage.texts import TextChannel
from phone import PHONE

OURS = "+447700900999"
TABLES = (
    "text_conversations",
    "text_messages",
    "text_opt_outs",
    "text_outbox",
    "text_statuses",
    "safeguarding_items",
    "responses",
    "review_items",
    "audit_lines",
)


class Gateway:
    """One channel of a survey, the time, and every phone."""

    def __init__(
        self, instance: Instance, provider: str = "json", survey: str = "feeling-safe", **fields: object
    ) -> None:
        self.time = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
        self.instance = replace(instance, now=lambda: self.time)
        self.channel = TextChannel(uuid4(), provider, survey, ("secret",), number=OURS, **fields)  # type: ignore[arg-type]
        with instance.database.writing() as session:
            texts.add_channel(session, self.channel)

    def waits(self, **time: float) -> "Gateway":
        """Let time pass."""
        self.time += timedelta(**time)
        return self

    def brings(self, *said: str, number: str = PHONE, message_id: str = "", opted_out: bool = False) -> str | None:
        """Bring texts in, half a minute apart; return the last reply."""
        reply = None
        for text in said:
            self.waits(seconds=30)
            message = InboundMessage(message_id or uuid4().hex, number, OURS, text, opted_out=opted_out)
            with self.instance.database.writing() as session:
                reply = answer_text(session, self.instance, self.channel, message)
        return reply

    def keeps_house(self) -> None:
        """Do what runs every ten minutes."""
        look_after_conversations(self.instance)
        with self.instance.database.writing() as session:
            forget_what_is_over(session, self.time)

    def rows(self, table: str) -> list[dict[str, object]]:
        """Return the rows of a table as they are kept."""
        with self.instance.database.reading() as session:
            return [dict(row._mapping) for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}")]

    def dump(self) -> str:
        """Return everything the database holds about the people who text, and their answers."""
        return "\n".join(str(row) for table in TABLES for row in self.rows(table))
