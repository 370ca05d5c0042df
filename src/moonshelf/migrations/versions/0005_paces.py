"""What reading takes on each host, and slices costed by it; bulk uploads.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("host", "name"),
    )
    op.drop_index("slices_order", "slices")
    with op.batch_alter_table("slices") as slices:
        slices.add_column(sa.Column("route", sa.Text(), server_default="", nullable=False))
        slices.add_column(sa.Column("ocr_share", sa.Float(), server_default="0", nullable=False))
        slices.add_column(sa.Column("bulk", sa.Boolean(), server_default=sa.false(), nullable=False))
        slices.drop_column("cost")
    op.create_index("slices_order", "slices", ["account_id", "state", "bulk", "first_page", "id"])


def downgrade() -> None:
    op.drop_index("slices_order", "slices")
    with op.batch_alter_table("slices") as slices:
        slices.add_column(sa.Column("cost", sa.Float(), server_default="1", nullable=False))
        slices.drop_column("bulk")
        slices.drop_column("ocr_share")
        slices.drop_column("route")
    op.create_index("slices_order", "slices", ["account_id", "state", "first_page", "id"])
    op.drop_table("paces")
