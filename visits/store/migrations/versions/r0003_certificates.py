"""Certificates instead of tokens: a laptop that had a token must be enrolled. Signed documents; identities' history."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WORD = sa.String(40)
LINE = sa.String(200)
DIGEST = sa.String(64)
KEY = sa.String(44)
SERIAL = sa.String(40)
KEPT = "id, establishment_id, name, sheet_serial, sheet_day, sheet_digest"


def upgrade() -> None:
    """Drop what tokens needed, and every sheet that nobody signed."""
    _laptops_without_tokens()
    _certificates()
    _documents()
    _old_heads()


def downgrade() -> None:
    """Back to tokens, which nobody has: every laptop needs a new one."""
    for table in ("old_heads", "documents", "identity_events", "enrol_codes", "certificates"):
        op.drop_table(table)
    token = sa.Column("token_digest", DIGEST, nullable=False)
    only_one = sa.UniqueConstraint("token_digest", name="uq_laptops_token_digest")
    _made_anew((token, only_one), f"{KEPT}, token_digest", f"{KEPT}, 'nobody ' || id")


def _laptops_without_tokens() -> None:
    _made_anew(
        (
            sa.Column("sealing_key", KEY, nullable=True),
            sa.Column("enrolled_at", sa.DateTime(), nullable=True),
            sa.Column("keys_since", sa.BigInteger(), nullable=False, server_default="0"),
            sa.Column("keys_told", sa.BigInteger(), nullable=False, server_default="0"),
            sa.Column("sheet_key", sa.String(64), nullable=True),
            sa.Column("sheet_renewed_from", sa.DateTime(), nullable=True),
        ),
        KEPT,
        KEPT,
    )


def _made_anew(more: tuple[sa.Column[Any] | sa.Constraint, ...], columns: str, values: str) -> None:
    """SQLite drops no unique column: the table is made anew, under its name, so that what points to it still does."""
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute(f"CREATE TEMPORARY TABLE laptops_before AS SELECT {KEPT} FROM laptops")  # noqa: S608 - our own words
    op.drop_table("laptops")
    op.create_table(
        "laptops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("sheet_serial", sa.BigInteger(), nullable=False),
        sa.Column("sheet_day", sa.Date(), nullable=True),
        sa.Column("sheet_digest", DIGEST, nullable=True),
        sa.Column("sheet_document", sa.Text(), nullable=True),
        *more,
        sa.ForeignKeyConstraint(["establishment_id"], ["establishments.id"], name="fk_laptops_establishment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_laptops"),
        sa.UniqueConstraint("name", name="uq_laptops_name"),
    )
    op.execute(f"INSERT INTO laptops ({columns}) SELECT {values} FROM laptops_before")  # noqa: S608 - our own words
    op.drop_table("laptops_before")


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("laptop_id", sa.Integer(), nullable=False),
        sa.Column("key_digest", DIGEST, nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("not_after", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended", WORD, nullable=True),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_certificates_laptop_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("serial", name="uq_certificates_serial"),
    )
    op.create_index("ix_certificates_laptop_id", "certificates", ["laptop_id"])
    op.create_table(
        "enrol_codes",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("laptop_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_enrol_codes_laptop_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_enrol_codes"),
    )
    op.create_index("ix_enrol_codes_laptop_id", "enrol_codes", ["laptop_id"])
    op.create_table(
        "identity_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("laptop_id", sa.Integer(), nullable=False),
        sa.Column("happened", WORD, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", LINE, nullable=False),
        sa.Column("serial", SERIAL, nullable=True),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_identity_events_laptop_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_events"),
    )
    op.create_index("ix_identity_events_laptop_id", "identity_events", ["laptop_id"])


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("laptop_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishments.id"], name="fk_documents_establishment_id"),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_documents_laptop_id"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_newest", "documents", ["establishment_id", "laptop_id", "kind", "serial"])


def _old_heads() -> None:
    op.create_table(
        "old_heads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("laptop_id", sa.Integer(), nullable=False),
        sa.Column("public_key", KEY, nullable=False),
        sa.Column("origin", LINE, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("chain", DIGEST, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cosigned_at", sa.DateTime(), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["laptop_id"], ["laptops.id"], name="fk_old_heads_laptop_id"),
        sa.PrimaryKeyConstraint("id", name="pk_old_heads"),
    )
    op.create_index("ix_old_heads_laptop_id", "old_heads", ["laptop_id"])
