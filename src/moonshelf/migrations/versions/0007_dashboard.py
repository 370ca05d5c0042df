"""Passwords, sessions, scopes of keys, quotas of accounts, the audit log and usage.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("password", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("max_files", sa.Integer(), nullable=True))
    op.add_column("accounts", sa.Column("max_bytes", sa.BigInteger(), nullable=True))
    op.add_column("keys", sa.Column("expires_at", sa.BigInteger(), nullable=True))
    op.add_column("keys", sa.Column("scopes", sa.Text(), server_default="read write chat", nullable=False))
    for table in ("sessions", "links"):
        op.create_table(
            table,
            sa.Column("hash", sa.Text(), nullable=False),
            sa.Column("account_id", sa.Text(), nullable=False),
            sa.Column("expires_at", sa.BigInteger(), nullable=False),
            sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
            sa.PrimaryKeyConstraint("hash"),
        )
    op.create_index("sessions_account", "sessions", ["account_id"], unique=False)
    op.create_index("sessions_expiry", "sessions", ["expires_at"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_at", "audit", ["at"], unique=False)
    op.create_table(
        "usage",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "account_id", "what"),
    )


def downgrade() -> None:
    for table in ("usage", "audit", "attempts", "links", "sessions"):
        op.drop_table(table)
    op.drop_column("keys", "scopes")
    op.drop_column("keys", "expires_at")
    for column in ("max_bytes", "max_files", "password"):
        op.drop_column("accounts", column)
