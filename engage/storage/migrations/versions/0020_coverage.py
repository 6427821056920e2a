"""Targets, the counters of fieldwork, and who gets the progress report."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NAME = sa.String(100)


def upgrade() -> None:
    """Bring the tables up to this step; what came in before is counted by the next rounds."""
    op.create_table(
        "fieldwork_counting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_fieldwork_counting_one_counting")),
        sa.CheckConstraint("counted <= seen", name=op.f("ck_fieldwork_counting_counted_was_seen")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fieldwork_counting")),
    )
    _counters("heard_counts", ("home", "kind", "category"), ("replies",))
    _counters(
        "question_counts", ("version", "question", "language", "style", "channel"), ("asked", "skipped", "broken_off")
    )
    _counters("fieldwork_targets", ("kind", "code"), ("wanted",))
    op.create_table(
        "progress_recipients",
        sa.Column("survey", _NAME, nullable=False),
        sa.Column("email", _NAME, nullable=False),
        sa.PrimaryKeyConstraint("survey", "email", name=op.f("pk_progress_recipients")),
    )
    op.create_table(
        "progress_sent",
        sa.Column("survey", _NAME, nullable=False),
        sa.Column("wave", _NAME, nullable=False),
        sa.Column("month", _NAME, nullable=False),
        sa.Column("email", _NAME, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("survey", "wave", "month", "email", name=op.f("pk_progress_sent")),
    )


def downgrade() -> None:
    """Take the tables back to the step before."""
    for table in (
        "progress_sent",
        "progress_recipients",
        "fieldwork_targets",
        "question_counts",
        "heard_counts",
        "fieldwork_counting",
    ):
        op.drop_table(table)


def _counters(table: str, by: tuple[str, ...], counted: tuple[str, ...]) -> None:
    keys = ("survey", "wave", *by)
    op.create_table(
        table,
        *(sa.Column(key, sa.Integer() if key == "version" else _NAME, nullable=False) for key in keys),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counted),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
    )
