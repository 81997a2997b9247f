"""The languages of sites and posts, the icons of sites."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("sites", "language", sa.String()),
    ("sites", "icon", sa.Text()),
    ("posts", "language", sa.String()),
)


def upgrade() -> None:
    for table, name, kind in _COLUMNS:
        op.add_column(table, sa.Column(name, kind, server_default="", nullable=False))


def downgrade() -> None:
    for table, name, _ in _COLUMNS:
        op.drop_column(table, name)
