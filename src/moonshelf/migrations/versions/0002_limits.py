"""Tiers, and the counts of limits where machines share them.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("tier", sa.Text()))
    op.add_column("keys", sa.Column("tier", sa.Text()))
    op.create_table(
        "limit_buckets",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("arrival", sa.Float(), nullable=False),
        sa.Column("period_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("bucket"),
    )
    op.create_table(
        "limit_slots",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("limit_slots_bucket", "limit_slots", ["bucket", "until"])
    if op.get_bind().dialect.name == "postgresql":
        # No write-ahead log: a commit waits for no disk, and what a crash forgets is worth a minute of one limit.
        op.execute("ALTER TABLE limit_buckets SET UNLOGGED")
        op.execute("ALTER TABLE limit_slots SET UNLOGGED")


def downgrade() -> None:
    op.drop_table("limit_slots")
    op.drop_table("limit_buckets")
    op.drop_column("keys", "tier")
    op.drop_column("accounts", "tier")
