"""The languages of sites and posts, the icons of sites."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import STRING, TEXT

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("sites", "language", STRING),
    ("sites", "icon", TEXT),
    ("posts", "language", STRING),
)


def upgrade() -> None:
    for table, name, kind in _COLUMNS:
        op.add_column(table, sa.Column(name, kind, server_default="", nullable=False))


def downgrade() -> None:
    for table, name, _ in _COLUMNS:
        op.drop_column(table, name)
