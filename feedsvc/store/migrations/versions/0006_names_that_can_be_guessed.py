"""Names of columns that can be guessed; what a transaction still has to do is kept in memory."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import ID

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The name of an index says its columns, and SQLite renames no index.
    op.drop_index("ix_posts_original_key_site_id", "posts")
    op.drop_index("uq_posts_position", "posts")
    op.execute("ALTER TABLE posts RENAME COLUMN original TO canonical_key")
    op.execute("ALTER TABLE posts RENAME COLUMN position TO index_rowid")
    op.create_index("ix_posts_canonical_key_key_site_id", "posts", ["canonical_key", "key", "site_id"])
    op.create_index("uq_posts_index_rowid", "posts", ["index_rowid"], unique=True)
    op.drop_table("unsettled")


def downgrade() -> None:
    op.create_table(
        "unsettled",
        sa.Column(
            "post_key",
            ID,
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["post_key"],
            ["posts.key"],
            name="fk_unsettled_post_key",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_key", name="pk_unsettled"),
    )
    op.drop_index("uq_posts_index_rowid", "posts")
    op.drop_index("ix_posts_canonical_key_key_site_id", "posts")
    op.execute("ALTER TABLE posts RENAME COLUMN index_rowid TO position")
    op.execute("ALTER TABLE posts RENAME COLUMN canonical_key TO original")
    op.create_index("uq_posts_position", "posts", ["position"], unique=True)
    op.create_index("ix_posts_original_key_site_id", "posts", ["original", "key", "site_id"])
