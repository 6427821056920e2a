"""Sealed answers that cannot be stored as they are wait for a person: a kind of review item of its own."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BEFORE = "'late', 'conflict', 'second_entry', 'paper_notes'"


def upgrade() -> None:
    """Bring the tables up to this step."""
    _set_kinds(f"{_BEFORE}, 'faulty'")


def downgrade() -> None:
    """Take the tables back to the step before; what waited as faulty goes, since that step knows no such kind."""
    op.execute("DELETE FROM review_items WHERE kind = 'faulty'")
    _set_kinds(_BEFORE)


def _set_kinds(kinds: str) -> None:
    with op.batch_alter_table("review_items", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_review_items_known_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_review_items_known_kind"), f"kind IN ({kinds})")
