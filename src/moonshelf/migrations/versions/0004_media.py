"""What media measure, and what was made of them for models.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("files", sa.Column("media", sa.Text(), nullable=True))
    op.create_table(
        "renditions",
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("blob"),
    )
    op.create_index("renditions_source", "renditions", ["account_id", "sha256"])


def downgrade() -> None:
    op.execute("INSERT INTO tombstones (blob) SELECT blob FROM renditions")  # nobody names them any more
    op.drop_table("renditions")
    op.drop_column("files", "media")
