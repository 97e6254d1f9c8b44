"""The first tables: establishments, laptops, prisoners, visitors, vettings, bookings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WORD = sa.String(40)
LINE = sa.String(200)
ID = sa.String(64)
DIGEST = sa.String(64)


def upgrade() -> None:
    """From nothing to the first tables."""
    _places()
    _people()
    _bookings()


def downgrade() -> None:
    """Back to nothing."""
    for table in ("participants", "bookings", "vettings", "visitors", "prisoners", "laptops", "establishments"):
        op.drop_table(table)


def _places() -> None:
    op.create_table(
        "establishments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("timezone", LINE, nullable=False),
        sa.Column("turnaround_s", sa.Integer(), nullable=False),
        sa.Column("longest_extension_s", sa.Integer(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("use", WORD, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_establishments"),
        sa.UniqueConstraint("name", name="uq_establishments_name"),
    )
    op.create_table(
        "laptops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("token_digest", DIGEST, nullable=False),
        sa.Column("sheet_serial", sa.Integer(), nullable=False),
        sa.Column("sheet_day", sa.Date(), nullable=True),
        sa.Column("sheet_digest", DIGEST, nullable=True),
        sa.Column("sheet_document", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishments.id"], name="fk_laptops_establishment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_laptops"),
        sa.UniqueConstraint("name", name="uq_laptops_name"),
        sa.UniqueConstraint("token_digest", name="uq_laptops_token_digest"),
    )


def _people() -> None:
    op.create_table(
        "prisoners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prisoners"),
        sa.UniqueConstraint("number", name="uq_prisoners_number"),
    )
    op.create_table(
        "visitors",
        sa.Column("id", ID, nullable=False),
        sa.Column("prisoner_id", sa.Integer(), nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("called", LINE, nullable=False),
        sa.Column("relation", LINE, nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoners.id"], name="fk_visitors_prisoner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visitors"),
    )
    op.create_index("ix_visitors_prisoner_id", "visitors", ["prisoner_id"])
    op.create_table(
        "vettings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visitor_id", ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name="fk_vettings_visitor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_vettings"),
    )
    op.create_index("ix_vettings_visitor_id", "vettings", ["visitor_id"])


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", ID, nullable=False),
        sa.Column("laptop_id", sa.Integer(), nullable=False),
        sa.Column("prisoner_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("note_for_officer", sa.String(1000), nullable=False),
        sa.Column("link_digest", DIGEST, nullable=False),
        sa.Column("claim_digest", DIGEST, nullable=True),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", WORD, nullable=True),
        sa.Column("ended_by", WORD, nullable=True),
        sa.Column("reason", WORD, nullable=True),
        sa.Column("talk_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_bookings_laptop_id"),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoners.id"], name="fk_bookings_prisoner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        sa.UniqueConstraint("link_digest", name="uq_bookings_link_digest"),
    )
    op.create_index("ix_bookings_laptop_id_starts_at", "bookings", ["laptop_id", "starts_at"])
    op.create_table(
        "participants",
        sa.Column("booking_id", ID, nullable=False),
        sa.Column("visitor_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name="fk_participants_booking_id"),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name="fk_participants_visitor_id"),
        sa.PrimaryKeyConstraint("booking_id", "visitor_id", name="pk_participants"),
    )
