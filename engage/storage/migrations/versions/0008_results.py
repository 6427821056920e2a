"""What a release holds besides its tables: weighted figures, who answered, how, and what is compared with what."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KINDS = "'weighted', 'who_answered', 'mode', 'against_rest', 'change', 'batch_care', 'audit'"


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_table(
        "release_extras",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=True),
        sa.Column("question", sa.String(length=100), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_release_extras_known_kind")),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_release_extras_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_extras")),
    )
    with op.batch_alter_table("release_extras", schema=None) as batch_op:
        batch_op.create_index("ix_release_extras_place", ["release_id", "kind", "area"], unique=False)


def downgrade() -> None:
    """Take the tables back to the step before; releases and their tables stay."""
    with op.batch_alter_table("release_extras", schema=None) as batch_op:
        batch_op.drop_index("ix_release_extras_place")

    op.drop_table("release_extras")
