"""Words changed and reviewed by staff, the languages a survey is offered in, and the role of a translator."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: Who opened the languages that were there before anybody could open one.
_BEFORE = "engage"
_QUESTIONNAIRES = sa.table(
    "questionnaires",
    sa.column("survey", sa.String()),
    sa.column("version", sa.Integer()),
    sa.column("document", sa.JSON()),
    sa.column("changed_at", sa.DateTime(timezone=True)),
)
_LINKS = sa.table(
    "staff_links",
    sa.column("token_hash", sa.String()),
    sa.column("account", sa.Integer()),
    sa.column("purpose", sa.String()),
    sa.column("expires_at", sa.DateTime(timezone=True)),
    sa.column("used_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_table(
        "changed_wordings",
        sa.Column("catalogue", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("catalogue", "language", "key", name=op.f("pk_changed_wordings")),
    )
    op.create_table(
        "phrase_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_phrase_revision_one_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase_revision")),
    )
    op.create_table(
        "wording_reviews",
        sa.Column("catalogue", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("pair_hash", sa.String(length=64), nullable=False),
        sa.Column("words_hash", sa.String(length=64), nullable=False),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("catalogue", "language", "key", "pair_hash", name=op.f("pk_wording_reviews")),
    )
    offered = op.create_table(
        "offered_languages",
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'fallback', 'spoken', 'closed')", name=op.f("ck_offered_languages_known_state")
        ),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_offered_languages_survey")),
        sa.PrimaryKeyConstraint("survey", "version", "language", name=op.f("pk_offered_languages")),
    )
    if rows := _languages_there_already():
        op.bulk_insert(offered, rows)
    _set_roles("'admin', 'analyst', 'coordinator', 'ambassador', 'translator'")


def downgrade() -> None:
    """Take the tables back to the step before; translators' accounts go, since that step knows no such role."""
    op.execute(
        sa.text("DELETE FROM staff_links WHERE account IN (SELECT id FROM staff_accounts WHERE role = 'translator')")
    )
    op.execute(sa.text("DELETE FROM staff_accounts WHERE role = 'translator'"))
    _set_roles("'admin', 'analyst', 'coordinator', 'ambassador'")
    op.drop_table("offered_languages")
    op.drop_table("wording_reviews")
    op.drop_table("phrase_revision")
    op.drop_table("changed_wordings")


def _languages_there_already() -> list[dict[str, object]]:
    """Return a row for each language of each version, so that every survey keeps the languages it has."""
    versions = op.get_bind().execute(sa.select(_QUESTIONNAIRES)).all()
    return [
        {
            "survey": row.survey,
            "version": row.version,
            "language": tag,
            "state": "fallback",
            "decided_by": _BEFORE,
            "decided_at": row.changed_at,
        }
        for row in versions
        for tag in row.document["languages"]
    ]


def _set_roles(roles: str) -> None:
    """Change the roles an account may have.

    SQLite changes a rule by building the table anew, and will not drop a table that links point to; so the
    links step aside meanwhile.
    """
    connection = op.get_bind()
    links = [dict(row) for row in connection.execute(sa.select(_LINKS)).mappings()]
    connection.execute(sa.delete(_LINKS))
    with op.batch_alter_table("staff_accounts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_staff_accounts_known_role"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_staff_accounts_known_role"), f"role IN ({roles})")
    if links:
        op.bulk_insert(_LINKS, links)
