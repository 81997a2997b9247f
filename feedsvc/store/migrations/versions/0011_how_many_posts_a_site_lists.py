"""How many posts a site lists, to say how far it was read; an index of the posts' links."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import NUMBER

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sites", sa.Column("listed_count", NUMBER))
    op.create_index("ix_posts_link", "posts", ["link"], postgresql_using="hash")


def downgrade() -> None:
    op.drop_index("ix_posts_link", "posts")
    op.drop_column("sites", "listed_count")
