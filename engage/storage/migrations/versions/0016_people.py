"""People: what each reaches, second factors, and a row for every session."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BEFORE = "'admin', 'analyst', 'coordinator', 'ambassador', 'translator', 'coder'"
_AFTER = f"{_BEFORE}, 'partner'"
_ACCOUNTS = sa.table("staff_accounts", sa.column("id"), sa.column("role"), sa.column("area"))
_SCOPES = sa.table("staff_scopes", sa.column("account"), sa.column("kind"), sa.column("code"))
_LINKS = sa.table(
    "staff_links",
    sa.column("token_hash", sa.String()),
    sa.column("account", sa.Integer()),
    sa.column("purpose", sa.String()),
    sa.column("expires_at", sa.DateTime(timezone=True)),
    sa.column("used_at", sa.DateTime(timezone=True)),
)
_NEW = ("staff_recovery_codes", "staff_totp", "staff_passkeys", "staff_sessions", "staff_scopes")


def upgrade() -> None:
    """Bring the tables up to this step; everybody but an admin keeps the area they had, and all sign in again."""
    held = sa.select(_ACCOUNTS.c.id, _ACCOUNTS.c.area).where(_ACCOUNTS.c.area.is_not(None), _ACCOUNTS.c.role != "admin")
    rows = [{"account": account, "kind": "area", "code": area} for account, area in op.get_bind().execute(held)]
    links = _step_aside()
    with op.batch_alter_table("staff_accounts", schema=None) as batch_op:
        batch_op.drop_column("area")
        batch_op.drop_column("session_number")
        _set_roles(batch_op, _AFTER)
    _come_back(links)
    _make_scopes()
    _make_sessions()
    _make_factors()
    if rows:
        op.bulk_insert(_SCOPES, rows)


def downgrade() -> None:
    """Take the tables back to the step before; of several areas one is kept, and partners go with their links."""
    connection = op.get_bind()
    areas = sa.select(_SCOPES.c.account, sa.func.min(_SCOPES.c.code)).where(_SCOPES.c.kind == "area")
    held = connection.execute(areas.group_by(_SCOPES.c.account)).all()
    for table in _NEW:
        op.drop_table(table)
    partners = sa.select(_ACCOUNTS.c.id).where(_ACCOUNTS.c.role == "partner")
    connection.execute(sa.delete(_LINKS).where(_LINKS.c.account.in_(partners)))
    connection.execute(sa.delete(_ACCOUNTS).where(_ACCOUNTS.c.role == "partner"))
    links = _step_aside()
    with op.batch_alter_table("staff_accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("area", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("session_number", sa.Integer(), nullable=False, server_default="0"))
        _set_roles(batch_op, _BEFORE)
    with op.batch_alter_table("staff_accounts", schema=None) as batch_op:
        batch_op.alter_column("session_number", server_default=None)
    _come_back(links)
    for account, area in held:
        connection.execute(sa.update(_ACCOUNTS).where(_ACCOUNTS.c.id == account).values(area=area))


def _make_scopes() -> None:
    op.create_table(
        "staff_scopes",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('area', 'survey', 'wave', 'language')", name=op.f("ck_staff_scopes_known_kind")),
        sa.ForeignKeyConstraint(["account"], ["staff_accounts.id"], name=op.f("fk_staff_scopes_account")),
        sa.PrimaryKeyConstraint("account", "kind", "code", name=op.f("pk_staff_scopes")),
    )


def _make_sessions() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=100), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("factor", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "factor IN ('passkey', 'totp', 'recovery', 'link')", name=op.f("ck_staff_sessions_known_factor")
        ),
        sa.ForeignKeyConstraint(["account"], ["staff_accounts.id"], name=op.f("fk_staff_sessions_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    op.create_index(op.f("ix_staff_sessions_account"), "staff_sessions", ["account"], unique=False)


def _make_factors() -> None:
    op.create_table(
        "staff_passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["staff_accounts.id"], name=op.f("fk_staff_passkeys_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkeys")),
        sa.UniqueConstraint("credential", name=op.f("uq_staff_passkeys_credential")),
    )
    op.create_index(op.f("ix_staff_passkeys_account"), "staff_passkeys", ["account"], unique=False)
    op.create_table(
        "staff_totp",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["staff_accounts.id"], name=op.f("fk_staff_totp_account")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_staff_totp")),
    )
    op.create_table(
        "staff_recovery_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["staff_accounts.id"], name=op.f("fk_staff_recovery_codes_account")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_staff_recovery_codes")),
    )
    op.create_index(op.f("ix_staff_recovery_codes_account"), "staff_recovery_codes", ["account"], unique=False)


def _set_roles(batch_op: Any, roles: str) -> None:
    batch_op.drop_constraint(batch_op.f("ck_staff_accounts_known_role"), type_="check")
    batch_op.create_check_constraint(batch_op.f("ck_staff_accounts_known_role"), f"role IN ({roles})")


def _step_aside() -> list[dict[str, Any]]:
    """Take the links out while SQLite builds the table anew that they point to; returns them."""
    connection = op.get_bind()
    links = [dict(row) for row in connection.execute(sa.select(_LINKS)).mappings()]
    connection.execute(sa.delete(_LINKS))
    return links


def _come_back(links: list[dict[str, Any]]) -> None:
    if links:
        op.bulk_insert(_LINKS, links)
