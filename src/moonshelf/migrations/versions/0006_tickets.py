"""The token that a slice was claimed with, for queues that give tokens of the dead out again.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("slices", sa.Column("ticket", sa.Text(), nullable=True))
    op.create_index("slices_ticket", "slices", ["ticket"], unique=False)


def downgrade() -> None:
    op.drop_index("slices_ticket", table_name="slices")
    op.drop_column("slices", "ticket")
