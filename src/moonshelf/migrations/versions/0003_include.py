"""What is read of a file beside what a person sees.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("files", sa.Column("include", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("files", "include")
