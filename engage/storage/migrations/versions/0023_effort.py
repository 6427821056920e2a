"""How much effort came with an answer, and rushes of answers without any before a person."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_EFFORTS = "'worked', 'slowly', 'none', 'vouched'"
_KINDS = "'late', 'conflict', 'second_entry', 'paper_notes', 'faulty', 'duplicate'"


def upgrade() -> None:
    """Bring the tables up to this step; the column comes without copying the responses."""
    check = f"CONSTRAINT ck_responses_known_effort CHECK (effort IN ({_EFFORTS}))"
    op.execute(f"ALTER TABLE responses ADD COLUMN effort VARCHAR(100) DEFAULT 'none' NOT NULL {check}")
    _set_kinds(f"{_KINDS}, 'rush'")


def downgrade() -> None:
    """Take the tables back to the step before; what that step does not know goes."""
    op.execute("DELETE FROM review_items WHERE kind = 'rush'")
    _set_kinds(_KINDS)
    op.execute("ALTER TABLE responses DROP COLUMN effort")


def _set_kinds(kinds: str) -> None:
    with op.batch_alter_table("review_items", schema=None) as batch_op:
        constraint = batch_op.f("ck_review_items_known_kind")
        batch_op.drop_constraint(constraint, type_="check")
        batch_op.create_check_constraint(constraint, f"kind IN ({kinds})")
