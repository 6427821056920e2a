"""What people wrote in their own words: pieces to read, codes of two coders, quotes, codebook; the role of a coder."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ROLES = "'admin', 'analyst', 'coordinator', 'ambassador', 'translator'"
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
    _make_codebook()
    _make_pieces()
    _make_codings()
    _make_quotes()
    _set_roles(f"{_ROLES}, 'coder'")


def downgrade() -> None:
    """Take the tables back to the step before; coders' accounts go, since that step knows no such role."""
    op.execute(sa.text("DELETE FROM staff_links WHERE account IN (SELECT id FROM staff_accounts WHERE role = 'coder')"))
    op.execute(sa.text("DELETE FROM staff_accounts WHERE role = 'coder'"))
    _set_roles(_ROLES)
    op.drop_index("ix_word_quotes_piece", table_name="word_quotes")
    op.drop_table("word_quotes")
    op.drop_table("word_codings")
    op.drop_index("ix_word_pieces_waiting", table_name="word_pieces")
    op.drop_table("word_pieces")
    op.drop_table("word_gatherings")
    op.drop_table("bound_translators")
    op.drop_table("codebook_themes")


def _make_codebook() -> None:
    op.create_table(
        "codebook_themes",
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_codebook_themes_survey")),
        sa.PrimaryKeyConstraint("survey", "code", name=op.f("pk_codebook_themes")),
    )
    op.create_table(
        "bound_translators",
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("bound_by", sa.String(length=100), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email", "language", name=op.f("pk_bound_translators")),
    )
    op.create_table(
        "word_gatherings",
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("survey", "wave", name=op.f("pk_word_gatherings")),
    )


def _make_pieces() -> None:
    op.create_table(
        "word_pieces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=True),
        sa.Column("age_group", sa.String(length=100), nullable=True),
        sa.Column("batch", sa.String(length=100), nullable=True),
        sa.Column("keyed_by", sa.String(length=100), nullable=True),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("hidden", sa.JSON(), nullable=False),
        sa.Column("translation", sa.Text(), nullable=True),
        sa.Column("translated_by", sa.String(length=100), nullable=True),
        sa.Column("settled", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("settled_by", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "state IN ('foreign', 'open', 'differs', 'settled')", name=op.f("ck_word_pieces_known_state")
        ),
        sa.CheckConstraint(
            "(state = 'settled') = (settled IS NOT NULL)", name=op.f("ck_word_pieces_settled_has_codes")
        ),
        sa.CheckConstraint(
            "(translation IS NULL) = (translated_by IS NULL)", name=op.f("ck_word_pieces_translated_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.response_id"], name=op.f("fk_word_pieces_response_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_pieces")),
        sa.UniqueConstraint("response_id", "question", name=op.f("uq_word_pieces_response_id_question")),
    )
    op.create_index("ix_word_pieces_waiting", "word_pieces", ["survey", "wave", "state"], unique=False)


def _make_codings() -> None:
    op.create_table(
        "word_codings",
        sa.Column("piece", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("coder", sa.String(length=100), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("codes", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("seat IN (1, 2)", name=op.f("ck_word_codings_two_coders")),
        sa.ForeignKeyConstraint(["piece"], ["word_pieces.id"], name=op.f("fk_word_codings_piece"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("piece", "seat", name=op.f("pk_word_codings")),
        sa.UniqueConstraint("piece", "coder", name=op.f("uq_word_codings_piece_coder")),
    )


def _make_quotes() -> None:
    op.create_table(
        "word_quotes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("piece", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("proposed_by", sa.String(length=100), nullable=False),
        sa.Column("vetted_by", sa.String(length=100), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'vetted', 'refused')", name=op.f("ck_word_quotes_known_state")),
        sa.CheckConstraint(
            "(state = 'proposed') = (vetted_by IS NULL)", name=op.f("ck_word_quotes_vetted_by_somebody")
        ),
        sa.CheckConstraint(
            "vetted_by IS NULL OR vetted_by <> proposed_by", name=op.f("ck_word_quotes_a_second_person")
        ),
        sa.ForeignKeyConstraint(["piece"], ["word_pieces.id"], name=op.f("fk_word_quotes_piece"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_quotes")),
    )
    op.create_index("ix_word_quotes_piece", "word_quotes", ["piece"], unique=False)


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
