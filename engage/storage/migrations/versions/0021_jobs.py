"""Jobs that can be cancelled, retried and resumed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_STATES = "'waiting', 'running', 'done', 'failed'"
_NEW = ("runner", "beats", "attempts", "cancel_asked", "started_at", "ended_at")


def upgrade() -> None:
    """Bring the tables up to this step."""
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("runner", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("beats", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("cancel_asked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f("ck_jobs_known_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_jobs_known_state"), f"state IN ({_STATES}, 'cancelled')")


def downgrade() -> None:
    """Take the tables back to the step before; a cancelled job counts there as one that failed."""
    op.execute("UPDATE jobs SET state = 'failed', message = 'cancelled' WHERE state = 'cancelled'")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_jobs_known_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_jobs_known_state"), f"state IN ({_STATES})")
        for name in reversed(_NEW):
            batch_op.drop_column(name)
