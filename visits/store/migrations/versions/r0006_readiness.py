"""What each laptop found when it last checked itself."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

WORD = sa.String(40)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "readiness",
        sa.Column("laptop_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.Column("heard_at", sa.DateTime(), nullable=False),
        sa.Column("checked_for", WORD, nullable=False),
        sa.Column("booking_id", sa.String(64), nullable=True),
        sa.Column("light", WORD, nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_readiness_laptop_id"),
        sa.PrimaryKeyConstraint("laptop_id", name="pk_readiness"),
    )


def downgrade() -> None:
    """Back to laptops that say nothing of themselves."""
    op.drop_table("readiness")
