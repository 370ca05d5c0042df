"""An index of the slices that wait, so that looking for one passes by accounts that have none.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index(
        "slices_waiting",
        "slices",
        ["account_id", "bulk", "first_page", "id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_index("slices_waiting", "slices")
