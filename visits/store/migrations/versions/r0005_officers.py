"""Officers of an establishment, what happened to them, and which list each laptop was signed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

WORD = sa.String(40)
LINE = sa.String(200)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "officers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("manages", sa.Boolean(), nullable=False),
        sa.Column("verifier", LINE, nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("pin_set_at", sa.DateTime(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishments.id"], name="fk_officers_establishment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_officers"),
        sa.UniqueConstraint("establishment_id", "number", name="uq_officers_establishment_id"),
    )
    op.create_table(
        "officer_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("happened", WORD, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", LINE, nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_officer_events_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_officer_events"),
    )
    op.create_index("ix_officer_events_officer_id", "officer_events", ["officer_id"])
    op.create_table(
        "rosters",
        sa.Column("laptop_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("sealing_key", sa.String(44), nullable=False),
        sa.Column("signed_with", sa.String(64), nullable=False),
        sa.Column("renewed_from", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_rosters_laptop_id"),
        sa.PrimaryKeyConstraint("laptop_id", name="pk_rosters"),
    )


def downgrade() -> None:
    """Back to officers that each laptop knows for itself."""
    for table in ("rosters", "officer_events", "officers"):
        op.drop_table(table)
