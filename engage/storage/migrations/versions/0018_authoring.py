"""Working copies of questionnaires, and the way back from each change of one."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_table(
        "working_copies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("begun_from", sa.String(length=100), nullable=False),
        sa.Column("begun_by", sa.String(length=100), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("reviews", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copies")),
    )
    op.create_index(op.f("ix_working_copies_survey"), "working_copies", ["survey"])
    op.create_table(
        "working_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["copy"], ["working_copies.id"], name=op.f("fk_working_steps_copy_working_copies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_steps")),
        sa.UniqueConstraint("copy", "revision", name=op.f("uq_working_steps_copy_revision")),
    )


def downgrade() -> None:
    """Take the tables back to the step before."""
    op.drop_table("working_steps")
    op.drop_index(op.f("ix_working_copies_survey"), table_name="working_copies")
    op.drop_table("working_copies")
