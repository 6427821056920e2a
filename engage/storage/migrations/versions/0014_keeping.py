"""How long answers are kept, a record of what was erased, and the audit log's keys by version."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SPANS = ("answers_days", "words_days", "drawings_days")
_REASONS = "'withdrawn', 'review', 'answers_over', 'words_over', 'drawings_over', 'restored'"


def upgrade() -> None:
    """Bring the tables up to this step; of waves closed before, the time to keep them begins today."""
    _make_tables()
    op.add_column("audit_lines", sa.Column("key_version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_audit_lines_actor", "audit_lines", ["actor", "number"], unique=False)
    op.create_index("ix_audit_lines_action", "audit_lines", ["action", "number"], unique=False)
    op.add_column("waves", sa.Column("closed_on", sa.Date(), nullable=True))
    op.execute("UPDATE waves SET closed_on = CURRENT_DATE WHERE state = 'closed'")


def downgrade() -> None:
    """Take the tables back to the step before; lines chained under later keys can then not be verified."""
    op.drop_column("waves", "closed_on")
    op.drop_index("ix_audit_lines_action", table_name="audit_lines")
    op.drop_index("ix_audit_lines_actor", table_name="audit_lines")
    op.drop_column("audit_lines", "key_version")
    op.drop_index("ix_erasures_wave", table_name="erasures")
    op.drop_table("erasures")
    op.drop_table("retention_rules")


def _make_tables() -> None:
    op.create_table(
        "retention_rules",
        sa.Column("survey", sa.String(length=100), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _SPANS),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 0 AND 36500", name=op.f(f"ck_retention_rules_{name}"))
            for name in _SPANS
        ),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_retention_rules_survey")),
        sa.PrimaryKeyConstraint("survey", name=op.f("pk_retention_rules")),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=True),
        sa.Column("wave", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=True),
        sa.Column("traces", sa.JSON(), nullable=False),
        sa.CheckConstraint(f"reason IN ({_REASONS})", name=op.f("ck_erasures_known_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_wave", "erasures", ["survey", "wave", "reason"], unique=False)
