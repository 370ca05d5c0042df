"""Uploads of the last minutes, to know one that is repeated.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "repeats",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("file_id"),
    )
    op.create_index("repeats_identity", "repeats", ["identity"])
    op.create_index("repeats_at", "repeats", ["at"])


def downgrade() -> None:
    op.drop_table("repeats")
