"""A smaller search index with marks beside the text: of which terms and sites a post is."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import ID, TEXT, execute_on

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("marks", TEXT, server_default="", nullable=False))
    op.add_column("posts", sa.Column("position", sa.BigInteger()))
    _number()
    op.create_index("uq_posts_position", "posts", ["position"], unique=True)
    op.create_table(
        "words",
        sa.Column("word", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_words"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unsettled",
        sa.Column("post_key", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_key"],
            ["posts.key"],
            name="fk_unsettled_post_key",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_key", name="pk_unsettled"),
    )
    # What it held is of another version of the words; it is filled again when the schema is current.
    execute_on(
        "sqlite",
        "DROP TABLE search",
        "CREATE VIRTUAL TABLE search USING fts5("
        "title, body, marks, content='', tokenize=\"ascii tokenchars '&+#'\")",
    )


def downgrade() -> None:
    execute_on(
        "sqlite",
        "DROP TABLE search",
        "CREATE VIRTUAL TABLE search USING fts5(title, body, content='', tokenize='ascii')",
    )
    op.execute("DELETE FROM facts WHERE name = 'words in the search index'")
    op.drop_table("unsettled")
    op.drop_table("words")
    op.drop_index("uq_posts_position", "posts")
    op.drop_column("posts", "position")
    op.drop_column("posts", "marks")


def _number() -> None:
    """Return each post its position: its second since 1990, or the next that is free."""
    connection, position = op.get_bind(), -(2**40)
    for key in connection.scalars(sa.text("SELECT key FROM posts ORDER BY key")).all():
        position = max(position + 1, (key >> 30) - 631152000)
        connection.execute(
            sa.text("UPDATE posts SET position = :position WHERE key = :key"),
            {"position": position, "key": key},
        )
