"""Posts that repeat another; what WordPress gave; pictures and recordings."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import ID, STRING, TEXT

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds no foreign key to a table: each is made anew. What refers to a table goes before it does,
    # since dropping a table empties whatever refers to it.
    op.execute("CREATE TEMPORARY TABLE held AS SELECT term_id, post_key FROM post_terms")
    op.drop_table("post_terms")
    with op.batch_alter_table("posts") as posts:
        posts.add_column(sa.Column("figures", sa.LargeBinary(), server_default="", nullable=False))
        posts.add_column(sa.Column("media", TEXT, server_default="", nullable=False))
        posts.add_column(sa.Column("original", ID, nullable=True))
        posts.create_foreign_key(
            "fk_posts_original", "posts", ["original"], ["key"], ondelete="SET NULL", onupdate="CASCADE"
        )
        posts.create_index("ix_posts_original_key_site_id", ["original", "key", "site_id"], unique=False)
    op.create_table(
        "post_terms",
        sa.Column("term_id", ID, nullable=False),
        sa.Column("post_key", ID, nullable=False),
        sa.Column("entry_key", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["post_key"],
            ["posts.key"],
            name="fk_post_terms_post_key",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entry_key"],
            ["posts.key"],
            name="fk_post_terms_entry_key",
            onupdate="CASCADE",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["terms.id"], name="fk_post_terms_term_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term_id", "post_key", name="pk_post_terms"),
    )
    for columns in (["post_key"], ["entry_key"], ["term_id", "entry_key"]):
        op.create_index(f"ix_post_terms_{'_'.join(columns)}", "post_terms", columns, unique=False)
    op.execute("INSERT INTO post_terms (term_id, post_key) SELECT term_id, post_key FROM held")
    op.execute("DROP TABLE held")
    op.create_table(
        "sketches",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_key", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_key"], ["posts.key"], name="fk_sketches_post_key", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", "post_key", name="pk_sketches"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sketches_post_key", "sketches", ["post_key"], unique=False)
    op.create_table(
        "sources",
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("wp_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("policy", STRING, nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "wp_id"],
            ["posts.site_id", "posts.wp_id"],
            name="fk_sources_site_id_wp_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "wp_id", name="pk_sources"),
    )
    # What WordPress gave of the posts held was not kept: they are read again, each site from its beginning.
    op.execute("UPDATE sites SET backfill_page = 1 WHERE NOT imported")


def downgrade() -> None:
    op.execute("DELETE FROM facts WHERE name = 'how posts are compared'")
    for table in ("sources", "sketches"):
        op.drop_table(table)
    op.execute("CREATE TEMPORARY TABLE held AS SELECT term_id, post_key FROM post_terms")
    op.drop_table("post_terms")
    with op.batch_alter_table("posts") as posts:
        posts.drop_index("ix_posts_original_key_site_id")
        posts.drop_constraint("fk_posts_original", type_="foreignkey")
        posts.drop_column("original")
        posts.drop_column("media")
        posts.drop_column("figures")
    op.create_table(
        "post_terms",
        sa.Column("term_id", ID, nullable=False),
        sa.Column("post_key", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_key"],
            ["posts.key"],
            name="fk_post_terms_post_key",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["terms.id"], name="fk_post_terms_term_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term_id", "post_key", name="pk_post_terms"),
    )
    op.create_index("ix_post_terms_post_key", "post_terms", ["post_key"], unique=False)
    op.execute("INSERT INTO post_terms (term_id, post_key) SELECT term_id, post_key FROM held")
    op.execute("DROP TABLE held")
