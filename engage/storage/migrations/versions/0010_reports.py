"""Reports with their life, recommendations and comments; indicators of other suppliers by area."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATES = "'emergent', 'draft', 'comments', 'final'"
_LAYERS = "'individual', 'relationship', 'organisation', 'community', 'society'"
_COMMENT_STATES = "'open', 'taken_up', 'answered'"
_CHILDREN = ("report_comments", "report_commenters", "report_recommendations", "report_sections")


def upgrade() -> None:
    """Bring the tables up to this step."""
    _make_reports()
    _make_comments()
    _make_indicators()


def downgrade() -> None:
    """Take the tables back to the step before; releases and their tables stay."""
    op.drop_table("indicator_figures")
    op.drop_table("indicators")
    for table in _CHILDREN:
        op.drop_index(f"ix_{table}_report", table_name=table)
        op.drop_table(table)
    op.drop_table("reports")


def _make_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("release_hash", sa.String(length=64), nullable=False),
        sa.Column("practitioners", sa.String(length=200), nullable=True),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_reports_known_state")),
        sa.CheckConstraint(
            "(state = 'final') = (content_hash IS NOT NULL) AND (content_hash IS NULL) = (content IS NULL)",
            name=op.f("ck_reports_frozen_when_final"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_table(
        "report_sections",
        *_head(),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        *_constraints("report_sections"),
    )
    op.create_table(
        "report_recommendations",
        *_head(),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("layer", sa.String(length=100), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("breakdown", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=False),
        sa.CheckConstraint(f"layer IN ({_LAYERS})", name=op.f("ck_report_recommendations_known_layer")),
        *_constraints("report_recommendations"),
    )
    for table in ("report_sections", "report_recommendations"):
        op.create_index(f"ix_{table}_report", table, ["report"], unique=False)


def _make_comments() -> None:
    op.create_table(
        "report_commenters",
        *_head(),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("token_hash", name=op.f("uq_report_commenters_token_hash")),
        *_constraints("report_commenters"),
    )
    op.create_table(
        "report_comments",
        *_head(),
        sa.Column("commenter", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", sa.String(length=100), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(f"state IN ({_COMMENT_STATES})", name=op.f("ck_report_comments_known_state")),
        sa.CheckConstraint(
            "state <> 'answered' OR answer IS NOT NULL", name=op.f("ck_report_comments_answered_with_words")
        ),
        sa.ForeignKeyConstraint(["commenter"], ["report_commenters.id"], name=op.f("fk_report_comments_commenter")),
        *_constraints("report_comments"),
    )
    for table in ("report_commenters", "report_comments"):
        op.create_index(f"ix_{table}_report", table, ["report"], unique=False)


def _make_indicators() -> None:
    op.create_table(
        "indicators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("licence", sa.String(length=100), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("per", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicators")),
        sa.UniqueConstraint("name", "source", name=op.f("uq_indicators_name_source")),
    )
    op.create_table(
        "indicator_figures",
        sa.Column("indicator", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=False),
        sa.Column("period", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("denominator", sa.Double(), nullable=True),
        sa.Column("is_suppressed", sa.Boolean(), nullable=False),
        sa.Column("recording_break", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "NOT is_suppressed OR (value IS NULL AND numerator IS NULL)",
            name=op.f("ck_indicator_figures_suppressed_has_no_figure"),
        ),
        sa.ForeignKeyConstraint(["indicator"], ["indicators.id"], name=op.f("fk_indicator_figures_indicator")),
        sa.PrimaryKeyConstraint("indicator", "area", "period", name=op.f("pk_indicator_figures")),
    )


def _head() -> tuple[sa.Column[int], sa.Column[int]]:
    """Return the first columns of what belongs to a report."""
    return sa.Column("id", sa.Integer(), nullable=False), sa.Column("report", sa.Integer(), nullable=False)


def _constraints(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f(f"fk_{table}_report")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
