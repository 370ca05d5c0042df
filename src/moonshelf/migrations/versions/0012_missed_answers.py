"""What was refused since an upload, and whether its answer was missed: any machine may get the next attempt.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("repeats", sa.Column("key_id", sa.Text(), server_default="", nullable=False))
    op.add_column("repeats", sa.Column("length", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("repeats", sa.Column("refused", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("repeats", sa.Column("missed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("repeats_alike", "repeats", ["key_id", "length"])


def downgrade() -> None:
    op.drop_index("repeats_alike", "repeats")
    for name in ("missed", "refused", "length", "key_id"):
        op.drop_column("repeats", name)
