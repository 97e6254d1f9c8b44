"""Who was revoked and why, prisoners who have moved, and the note that is safe for the prisoner."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add columns that may be empty."""
    op.add_column("vettings", sa.Column("revoked_as", sa.String(40), nullable=True))
    op.add_column("prisoners", sa.Column("moved_at", sa.DateTime(), nullable=True))
    op.add_column("bookings", sa.Column("note_for_prisoner", sa.String(1000), nullable=False, server_default=""))


def downgrade() -> None:
    """Back to approvals that only end."""
    op.drop_column("bookings", "note_for_prisoner")
    op.drop_column("prisoners", "moved_at")
    op.drop_column("vettings", "revoked_as")
