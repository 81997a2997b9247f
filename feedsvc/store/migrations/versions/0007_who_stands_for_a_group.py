"""Which post stands for a group, on each of its sites and on all; ids that are one post's; true dates."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import NUMBER, TEXT

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INDEXED = ("leader_key", "guid", "entry_id")
_OF_POSTS = (
    *("claimed_published", "claimed_modified", "entry_id"),
    *("standing", "added_bytes", "leader_key", "place"),
)


def upgrade() -> None:
    op.add_column("sites", sa.Column("fills_until", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("posts", sa.Column("claimed_published", sa.BigInteger()))
    op.add_column("posts", sa.Column("claimed_modified", sa.BigInteger()))
    op.add_column("posts", sa.Column("entry_id", TEXT, server_default="", nullable=False))
    op.add_column("posts", sa.Column("standing", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("posts", sa.Column("added_bytes", NUMBER, server_default="0", nullable=False))
    op.add_column("posts", sa.Column("leader_key", sa.BigInteger()))
    op.add_column("posts", sa.Column("place", NUMBER, server_default="0", nullable=False))
    op.create_index("ix_posts_leader_key", "posts", ["leader_key"])
    # A guid may be longer than what PostgreSQL takes into an index that is in order.
    for column in ("guid", "entry_id"):
        op.create_index(f"ix_posts_{column}", "posts", [column], postgresql_using="hash")
    _name_entries()


def downgrade() -> None:
    for column in _INDEXED:
        op.drop_index(f"ix_posts_{column}", "posts")
    for column in _OF_POSTS:
        op.drop_column("posts", column)
    op.drop_column("sites", "fills_until")


def _name_entries() -> None:
    """Call each post by its guid; of several with one guid all but the first by its link, or by its id."""
    op.execute("UPDATE posts SET entry_id = guid")
    connection = op.get_bind()
    shared = connection.execute(
        sa.text(
            "SELECT key, link, wp_id, name FROM posts JOIN sites ON sites.id = posts.site_id "
            "WHERE EXISTS (SELECT 1 FROM posts AS other "
            "WHERE other.guid = posts.guid AND other.key < posts.key) ORDER BY key"
        )
    ).all()
    is_used = sa.text("SELECT 1 FROM posts WHERE guid = :link OR entry_id = :link LIMIT 1")
    rename = sa.text("UPDATE posts SET entry_id = :name WHERE key = :key")
    for key, link, wp_id, site in shared:
        used = connection.execute(is_used, {"link": link}).first()
        name = f"urn:feedsvc:{site}:{wp_id}" if used else link
        connection.execute(rename, {"name": name, "key": key})
