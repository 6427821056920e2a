"""Texts that are sent, numbers kept sealed, duty contacts and what waits for them, responses that broke off."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_CONVERSATIONS = sa.table(
    "text_conversations",
    sa.column("channel", sa.Uuid()),
    sa.column("sender_key", sa.String()),
    sa.column("touched_at", sa.DateTime(timezone=True)),
    sa.column("expires_at", sa.DateTime(timezone=True)),
)
#: How long a conversation that was there before lives on after its last text.
_LIFE = timedelta(hours=72)
_LISTS = "'self_harm', 'being_hurt', 'weapon', 'sexual_harm', 'exploitation', 'running_away', 'harm_to_others'"
_OUTCOMES = "'no_concern', 'help_given', 'passed_on', 'not_reached'"


def upgrade() -> None:
    """Bring the tables up to this step."""
    with _texts_laid_aside(), op.batch_alter_table("text_channels", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("account", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("silence_hours", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("part_price", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
        _set_providers(batch_op, "'twilio', 'json', 'notify', 'smsgate'")
    op.add_column("responses", sa.Column("is_partial", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("text_conversations", sa.Column("number_sealed", sa.String(length=200), nullable=True))
    op.add_column("text_conversations", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("text_conversations", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    _let_conversations_expire()
    with op.batch_alter_table("text_conversations", schema=None) as batch_op:
        batch_op.alter_column("expires_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_index(batch_op.f("ix_text_conversations_expires_at"), ["expires_at"], unique=False)
    with op.batch_alter_table("text_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_messages_received_at"), ["received_at"], unique=False)
    _make_sending()
    _make_safeguarding()


def downgrade() -> None:
    """Take the tables back to the step before; channels of providers that step does not know go, with their texts."""
    op.drop_table("safeguarding_items")
    op.drop_table("safeguarding_rules")
    op.drop_table("duty_contacts")
    op.drop_table("text_statuses")
    with op.batch_alter_table("text_outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_outbox_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_text_outbox_sender_key"))

    op.drop_table("text_outbox")
    with op.batch_alter_table("text_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_messages_received_at"))

    with op.batch_alter_table("text_conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_conversations_expires_at"))

    for column in ("expires_at", "reminded_at", "number_sealed"):
        op.drop_column("text_conversations", column)
    op.drop_column("responses", "is_partial")
    for table in ("text_messages", "text_conversations"):
        op.execute(
            f"DELETE FROM {table} WHERE channel IN "  # noqa: S608 - the names stand above
            "(SELECT id FROM text_channels WHERE provider NOT IN ('twilio', 'json'))"
        )
    op.execute("DELETE FROM text_channels WHERE provider NOT IN ('twilio', 'json')")
    with _texts_laid_aside(), op.batch_alter_table("text_channels", schema=None) as batch_op:
        _set_providers(batch_op, "'twilio', 'json'")
        for column in ("added_at", "part_price", "silence_hours", "account", "number"):
            batch_op.drop_column(column)


def _set_providers(batch_op: BatchOperations, providers: str) -> None:
    batch_op.drop_constraint(batch_op.f("ck_text_channels_known_provider"), type_="check")
    batch_op.create_check_constraint(batch_op.f("ck_text_channels_known_provider"), f"provider IN ({providers})")


@contextmanager
def _texts_laid_aside() -> Iterator[None]:
    """Keep what refers to the channels elsewhere while SQLite builds their table anew: it would not let it go."""
    tables = ("text_conversations", "text_messages") if op.get_bind().dialect.name == "sqlite" else ()
    for table in tables:
        op.execute(f"CREATE TEMPORARY TABLE aside_{table} AS SELECT * FROM {table}")  # noqa: S608 - named above
        op.execute(f"DELETE FROM {table}")  # noqa: S608
    yield
    for table in tables:
        op.execute(f"INSERT INTO {table} SELECT * FROM aside_{table}")  # noqa: S608
        op.execute(f"DROP TABLE aside_{table}")


def _let_conversations_expire() -> None:
    """Give every conversation that is there the moment at which it ends."""
    connection = op.get_bind()
    table = _CONVERSATIONS
    for row in connection.execute(sa.select(table.c.channel, table.c.sender_key, table.c.touched_at)).all():
        known = (table.c.channel == row.channel) & (table.c.sender_key == row.sender_key)
        connection.execute(table.update().where(known).values(expires_at=row.touched_at + _LIFE))


def _make_sending() -> None:
    op.create_table(
        "text_outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Uuid(), nullable=False),
        sa.Column("sender_key", sa.String(length=64), nullable=False),
        sa.Column("number_sealed", sa.String(length=200), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("despite_stop", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.String(length=100), nullable=True),
        sa.Column("fault", sa.String(length=100), nullable=True),
        sa.CheckConstraint("kind IN ('reply', 'reminder', 'test')", name=op.f("ck_text_outbox_known_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')", name=op.f("ck_text_outbox_known_state")
        ),
        sa.CheckConstraint(
            "number_sealed IS NULL OR state IN ('waiting', 'sending')",
            name=op.f("ck_text_outbox_number_only_while_needed"),
        ),
        sa.ForeignKeyConstraint(["channel"], ["text_channels.id"], name=op.f("fk_text_outbox_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_outbox")),
        sa.UniqueConstraint("channel", "source", "kind", name=op.f("uq_text_outbox_channel_source_kind")),
        sa.UniqueConstraint("channel", "provider_id", name=op.f("uq_text_outbox_channel_provider_id")),
    )
    with op.batch_alter_table("text_outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_outbox_state_due_at"), ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_text_outbox_sender_key"), ["sender_key"], unique=False)
    op.create_table(
        "text_statuses",
        sa.Column("channel", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["text_channels.id"], name=op.f("fk_text_statuses_channel")),
        sa.PrimaryKeyConstraint("channel", "provider_id", "status", name=op.f("pk_text_statuses")),
    )


def _make_safeguarding() -> None:
    op.create_table(
        "duty_contacts",
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_duty_contacts_survey")),
        sa.PrimaryKeyConstraint("survey", "email", name=op.f("pk_duty_contacts")),
    )
    op.create_table(
        "safeguarding_rules",
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("answer_within_minutes", sa.Integer(), nullable=False),
        sa.Column("keeps_number", sa.Boolean(), nullable=False),
        sa.CheckConstraint("answer_within_minutes > 0", name=op.f("ck_safeguarding_rules_some_time")),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_safeguarding_rules_survey")),
        sa.PrimaryKeyConstraint("survey", name=op.f("pk_safeguarding_rules")),
    )
    op.create_table(
        "safeguarding_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("list_code", sa.String(length=100), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=100), nullable=True),
        sa.Column("handed_to", sa.String(length=100), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=100), nullable=True),
        sa.Column("outcome", sa.String(length=100), nullable=True),
        sa.Column("number_sealed", sa.String(length=200), nullable=True),
        sa.Column("number_asked_by", sa.String(length=100), nullable=True),
        sa.Column("number_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number_shown_by", sa.String(length=100), nullable=True),
        sa.Column("number_shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"list_code IN ({_LISTS})", name=op.f("ck_safeguarding_items_known_list_code")),
        sa.CheckConstraint(
            f"outcome IS NULL OR outcome IN ({_OUTCOMES})", name=op.f("ck_safeguarding_items_known_outcome")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_safeguarding_items_closed_with_outcome")
        ),
        sa.CheckConstraint(
            "number_sealed IS NULL OR closed_at IS NULL", name=op.f("ck_safeguarding_items_number_only_while_open")
        ),
        sa.CheckConstraint(
            "number_shown_by IS NULL OR number_shown_by <> number_asked_by",
            name=op.f("ck_safeguarding_items_two_show_a_number"),
        ),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_safeguarding_items_survey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safeguarding_items")),
    )
    with op.batch_alter_table("safeguarding_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_safeguarding_items_closed_at"), ["closed_at"], unique=False)
