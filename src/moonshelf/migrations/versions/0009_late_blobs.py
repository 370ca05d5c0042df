"""Blobs that may still be written when they are removed.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("tombstones", sa.Column("until", sa.Float(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("tombstones", "until")
