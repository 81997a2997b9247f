"""What is told of a site: why it fails, what is odd, what we cost it."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import ID, NUMBER, STRING, TEXT

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OF_SITES = (
    *("turn", "readings", "version", "cause", "wait_until", "aside_until", "remarks"),
    *("requests", "received"),
)


def upgrade() -> None:
    op.add_column("sites", sa.Column("turn", NUMBER, server_default="0", nullable=False))
    op.add_column("sites", sa.Column("readings", NUMBER, server_default="0", nullable=False))
    op.add_column("sites", sa.Column("version", STRING, server_default="", nullable=False))
    op.add_column("sites", sa.Column("cause", STRING, server_default="", nullable=False))
    op.add_column("sites", sa.Column("wait_until", sa.BigInteger()))
    op.add_column("sites", sa.Column("aside_until", sa.BigInteger()))
    op.add_column("sites", sa.Column("remarks", TEXT, server_default="[]", nullable=False))
    op.add_column("sites", sa.Column("requests", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("sites", sa.Column("received", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("withheld", sa.Column("reason", TEXT, server_default="", nullable=False))
    op.add_column("terms", sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "incomplete",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("wp_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_incomplete_site_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "wp_id", name="pk_incomplete"),
    )
    op.create_table(
        "traffic",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_traffic_site_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "hour", name="pk_traffic"),
    )


def downgrade() -> None:
    op.drop_table("traffic")
    op.drop_table("incomplete")
    op.drop_column("terms", "hidden")
    op.drop_column("withheld", "reason")
    for column in _OF_SITES:
        op.drop_column("sites", column)
