"""Flags on free text of every channel, who answers for a survey, decisions that can be undone, possible copies."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KINDS = "'late', 'conflict', 'second_entry', 'paper_notes', 'faulty'"
_LISTS = "'self_harm', 'being_hurt', 'weapon', 'sexual_harm', 'exploitation', 'running_away', 'harm_to_others'"
_OUTCOMES = "'no_concern', 'help_given', 'passed_on', 'not_reached'"
_NEW_OUTCOMES = ("emergency", "passed_police", "passed_social_care", "passed_lead")
_MORE_OUTCOMES = ", ".join(f"'{outcome}'" for outcome in _NEW_OUTCOMES)
_CHECKS = {
    "safeguarding_items": {
        "known_list_code": (f"list_code IN ({_LISTS})", f"list_code IN ({_LISTS}, 'reader_worried')"),
        "known_outcome": (
            f"outcome IS NULL OR outcome IN ({_OUTCOMES})",
            f"outcome IS NULL OR outcome IN ({_OUTCOMES}, {_MORE_OUTCOMES})",
        ),
    },
    "review_items": {"known_kind": (f"kind IN ({_KINDS})", f"kind IN ({_KINDS}, 'duplicate')")},
}


def upgrade() -> None:
    """Bring the tables up to this step."""
    with op.batch_alter_table("safeguarding_rules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("shows_words", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("safeguarding_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("response_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("question", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("area", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_unique_constraint("uq_safeguarding_items_once", ["response_id", "question", "list_code"])
    with op.batch_alter_table("review_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("other_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undo_sealed", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_review_items_other_id"), ["other_id"], unique=False)
    op.create_table(
        "arrival_marks",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_arrival_marks")),
    )
    _set_checks(after=True)


def downgrade() -> None:
    """Take the tables back to the step before; what that step does not know goes, or is said in its words."""
    op.execute("DELETE FROM safeguarding_items WHERE list_code = 'reader_worried'")
    items = sa.table("safeguarding_items", sa.column("outcome", sa.String()))
    op.execute(items.update().where(items.c.outcome.in_(_NEW_OUTCOMES)).values(outcome="passed_on"))
    op.execute("DELETE FROM review_items WHERE kind = 'duplicate'")
    _set_checks(after=False)
    op.drop_table("arrival_marks")
    with op.batch_alter_table("review_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_items_other_id"))
        for name in ("undo_sealed", "decided_at", "other_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("safeguarding_items", schema=None) as batch_op:
        batch_op.drop_constraint("uq_safeguarding_items_once", type_="unique")
        for name in ("asked", "area", "question", "response_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("safeguarding_rules", schema=None) as batch_op:
        for name in ("shows_words", "owner"):
            batch_op.drop_column(name)


def _set_checks(*, after: bool) -> None:
    for table, checks in _CHECKS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, conditions in checks.items():
                constraint = batch_op.f(f"ck_{table}_{name}")
                batch_op.drop_constraint(constraint, type_="check")
                batch_op.create_check_constraint(constraint, conditions[after])
