"""Outcomes by revision, heads of audit trails with their alarms, and photos on file."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WORD = sa.String(40)
DIGEST = sa.String(64)


def upgrade() -> None:
    """Add the tables, and two columns that may be empty."""
    op.add_column("bookings", sa.Column("owed_ms", sa.BigInteger(), nullable=True))
    op.add_column("visitors", sa.Column("photo", DIGEST, nullable=True))
    op.create_table(
        "photos",
        sa.Column("sha256", DIGEST, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_photos"),
    )
    _outcomes()
    _heads()


def downgrade() -> None:
    """Back to one ending a booking."""
    for table in ("head_alarms", "heads", "outcomes", "photos"):
        op.drop_table(table)
    op.drop_column("visitors", "photo")
    op.drop_column("bookings", "owed_ms")


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("ended_by", WORD, nullable=True),
        sa.Column("reason", WORD, nullable=False),
        sa.Column("code", WORD, nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("talk_ms", sa.BigInteger(), nullable=False),
        sa.Column("lost_ms", sa.JSON(), nullable=False),
        sa.Column("extended_ms", sa.BigInteger(), nullable=False),
        sa.Column("returned_ms", sa.BigInteger(), nullable=False),
        sa.Column("owed_ms", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name="fk_outcomes_booking_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
        sa.UniqueConstraint("booking_id", "revision", name="uq_outcomes_booking_id"),
    )


def _heads() -> None:
    op.create_table(
        "heads",
        sa.Column("laptop_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(44), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("chain", DIGEST, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cosigned_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_heads_laptop_id"),
        sa.PrimaryKeyConstraint("laptop_id", name="pk_heads"),
    )
    op.create_table(
        "head_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("laptop_id", sa.Integer(), nullable=False),
        sa.Column("alarm", WORD, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("public_key", sa.String(44), nullable=False),
        sa.Column("first_said_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_head_alarms_laptop_id"),
        sa.PrimaryKeyConstraint("id", name="pk_head_alarms"),
    )
    op.create_index("ix_head_alarms_laptop_id", "head_alarms", ["laptop_id"])
