"""Paper that comes back: batches, the states of their forms, scans and what was read on them, second readings."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEFORE = "'printed', 'entered', 'refused'"
_FORM_STATES = "'printed', 'handed_out', 'returned', 'entered', 'read', 'spoilt', 'refused'"
_SPOILT = "'torn', 'unreadable', 'misprinted', 'withdrawn', 'other'"
#: Forms in states that the step before does not know, by what they were there.
_WERE = {"printed": "'handed_out', 'returned'", "entered": "'read'", "refused": "'spoilt'"}


def upgrade() -> None:
    """Bring the tables up to this step."""
    _make_batches()
    with op.batch_alter_table("paper_forms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("spoilt_because", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("destroyed_on", sa.Date(), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_paper_forms_known_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_paper_forms_known_state"), f"state IN ({_FORM_STATES})")
        batch_op.create_check_constraint(
            batch_op.f("ck_paper_forms_spoilt_for_a_reason"),
            f"(state = 'spoilt') = (spoilt_because IS NOT NULL) AND (spoilt_because IS NULL OR "
            f"spoilt_because IN ({_SPOILT}))",
        )
        batch_op.create_foreign_key(batch_op.f("fk_paper_forms_batch"), "paper_batches", ["batch"], ["id"])
        batch_op.create_index(batch_op.f("ix_paper_forms_batch"), ["batch"], unique=False)
    _make_scans()
    _make_readings()


def downgrade() -> None:
    """Take the tables back to the step before; forms in states it does not know get the nearest it knows."""
    for table in ("second_readings", "scan_decisions", "page_reads", "scan_pages", "scanned_forms", "scan_files"):
        op.drop_table(table)
    with op.batch_alter_table("paper_forms", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_paper_forms_spoilt_for_a_reason"), type_="check")
    for before, states in _WERE.items():
        op.execute(f"UPDATE paper_forms SET state = '{before}' WHERE state IN ({states})")  # noqa: S608 - named above
    with op.batch_alter_table("paper_forms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_forms_batch"))
        batch_op.drop_constraint(batch_op.f("fk_paper_forms_batch"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_paper_forms_known_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_paper_forms_known_state"), f"state IN ({_BEFORE})")
        for column in ("destroyed_on", "spoilt_because", "batch"):
            batch_op.drop_column(column)
    op.drop_table("paper_batches")
    op.drop_table("paper_rules")


def _make_batches() -> None:
    op.create_table(
        "paper_rules",
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("second_percent", sa.Integer(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("second_percent BETWEEN 0 AND 100", name=op.f("ck_paper_rules_a_share")),
        sa.CheckConstraint("keep_days BETWEEN 0 AND 3650", name=op.f("ck_paper_rules_some_days")),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_paper_rules_survey")),
        sa.PrimaryKeyConstraint("survey", name=op.f("pk_paper_rules")),
    )
    op.create_table(
        "paper_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("style", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=True),
        sa.Column("venue", sa.String(length=100), nullable=True),
        sa.Column("ambassador", sa.String(length=100), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("printed_by", sa.String(length=100), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("handed_out_by", sa.String(length=100), nullable=True),
        sa.Column("handed_out_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("returned_count", sa.Integer(), nullable=True),
        sa.Column("destroy_by", sa.Date(), nullable=True),
        sa.Column("destroyed_by", sa.String(length=100), nullable=True),
        sa.Column("destroyed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('printed', 'handed_out', 'returned', 'destroyed')", name=op.f("ck_paper_batches_known_state")
        ),
        sa.CheckConstraint("count > 0", name=op.f("ck_paper_batches_some_forms")),
        sa.CheckConstraint(
            "(handed_out_by IS NULL) = (handed_out_on IS NULL)", name=op.f("ck_paper_batches_handed_out_by_somebody")
        ),
        sa.CheckConstraint(
            "returned_count IS NULL OR (returned_on IS NOT NULL AND returned_count BETWEEN 0 AND count)",
            name=op.f("ck_paper_batches_no_more_back_than_printed"),
        ),
        sa.CheckConstraint(
            "(state = 'destroyed') = (destroyed_on IS NOT NULL) AND (destroyed_by IS NULL) = (destroyed_on IS NULL)",
            name=op.f("ck_paper_batches_destroyed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["survey", "wave"], ["waves.survey", "waves.name"], name=op.f("fk_paper_batches_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batches")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_batches_code")),
    )
    with op.batch_alter_table("paper_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_batches_survey_wave"), ["survey", "wave"], unique=False)


def _make_scans() -> None:
    op.create_table(
        "scan_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("kept_as", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("pages_read", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=100), nullable=True),
        sa.Column("job", sa.Uuid(), nullable=True),
        sa.Column("sent_by", sa.String(length=100), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('upload', 'command', 'camera')", name=op.f("ck_scan_files_known_source")),
        sa.CheckConstraint("state IN ('waiting', 'reading', 'done', 'failed')", name=op.f("ck_scan_files_known_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_files")),
    )
    with op.batch_alter_table("scan_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_files_file_hash"), ["file_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_files_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_files_job"), ["job"], unique=False)
    op.create_table(
        "scanned_forms",
        sa.Column("serial", sa.String(length=100), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("receipt_key", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("review", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by", sa.String(length=100), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('collecting', 'review', 'done', 'refused', 'spoilt')", name=op.f("ck_scanned_forms_known_state")
        ),
        sa.CheckConstraint("pages > 0", name=op.f("ck_scanned_forms_some_pages")),
        sa.ForeignKeyConstraint(["serial"], ["paper_forms.serial"], name=op.f("fk_scanned_forms_serial")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_scanned_forms")),
    )
    with op.batch_alter_table("scanned_forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scanned_forms_receipt_key"), ["receipt_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_scanned_forms_survey_state"), ["survey", "state"], unique=False)
    op.create_table(
        "scan_pages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("pdf_page", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=100), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("problem", sa.String(length=100), nullable=True),
        sa.Column("image", sa.String(length=100), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('read', 'doubtful', 'duplicate', 'set_aside')", name=op.f("ck_scan_pages_known_state")
        ),
        sa.CheckConstraint("(serial IS NULL) = (page IS NULL)", name=op.f("ck_scan_pages_page_of_a_form")),
        sa.CheckConstraint(
            "state <> 'set_aside' OR problem IS NOT NULL", name=op.f("ck_scan_pages_set_aside_for_a_reason")
        ),
        sa.ForeignKeyConstraint(["file"], ["scan_files.id"], name=op.f("fk_scan_pages_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_pages")),
        sa.UniqueConstraint("file", "pdf_page", name=op.f("uq_scan_pages_file_pdf_page")),
    )
    with op.batch_alter_table("scan_pages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_pages_serial_page"), ["serial", "page"], unique=False)


def _make_readings() -> None:
    op.create_table(
        "page_reads",
        sa.Column("scan_page", sa.Uuid(), nullable=False),
        sa.Column("reader", sa.String(length=100), nullable=False),
        sa.Column("boxes", sa.JSON(), nullable=False),
        sa.Column("spaces", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["scan_page"], ["scan_pages.id"], name=op.f("fk_page_reads_scan_page")),
        sa.PrimaryKeyConstraint("scan_page", name=op.f("pk_page_reads")),
    )
    op.create_table(
        "scan_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=100), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('as_read', 'chosen', 'typed', 'empty', 'illegible')", name=op.f("ck_scan_decisions_known_kind")
        ),
        sa.ForeignKeyConstraint(["serial"], ["scanned_forms.serial"], name=op.f("fk_scan_decisions_serial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_decisions")),
    )
    with op.batch_alter_table("scan_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_decisions_serial"), ["serial"], unique=False)
    op.create_table(
        "second_readings",
        sa.Column("serial", sa.String(length=100), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_by", sa.String(length=100), nullable=True),
        sa.Column("first", sa.JSON(), nullable=False),
        sa.Column("second_by", sa.String(length=100), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second", sa.JSON(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=True),
        sa.Column("differing", sa.Integer(), nullable=True),
        sa.Column("reconciled_by", sa.String(length=100), nullable=True),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('chosen', 'first_read', 'differs', 'agreed', 'reconciled', 'dropped')",
            name=op.f("ck_second_readings_known_state"),
        ),
        sa.CheckConstraint("second_by IS NULL OR second_by <> first_by", name=op.f("ck_second_readings_two_people")),
        sa.CheckConstraint(
            "(questions IS NULL) = (differing IS NULL) AND (differing IS NULL OR differing BETWEEN 0 AND questions)",
            name=op.f("ck_second_readings_counted_together"),
        ),
        sa.ForeignKeyConstraint(["serial"], ["paper_forms.serial"], name=op.f("fk_second_readings_serial")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_second_readings")),
    )
    with op.batch_alter_table("second_readings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_readings_survey_state"), ["survey", "state"], unique=False)
