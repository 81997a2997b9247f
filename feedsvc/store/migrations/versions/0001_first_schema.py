"""The first schema: sites, terms, posts, the search index."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import ID, NUMBER, STRING, TEXT, execute_on

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("name", STRING, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_facts"),
    )
    op.create_table(
        "sites",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", STRING, nullable=False),
        sa.Column("url", STRING, nullable=False),
        sa.Column("home", STRING, server_default="", nullable=False),
        sa.Column("api", STRING, server_default="", nullable=False),
        sa.Column("title", TEXT, server_default="", nullable=False),
        sa.Column("description", TEXT, server_default="", nullable=False),
        sa.Column("imported", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("backfill_page", NUMBER, server_default="1", nullable=True),
        sa.Column("backfilled_at", sa.BigInteger(), nullable=True),
        sa.Column("modified_until", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("hidden_posts", NUMBER, server_default="0", nullable=False),
        sa.Column("swept_at", sa.BigInteger(), nullable=True),
        sa.Column("next_pull_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("claimed_by", STRING, nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", TEXT, nullable=True),
        sa.Column("failures", NUMBER, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sites"),
        sa.UniqueConstraint("name", name="uq_sites_name"),
    )
    op.create_table(
        "posts",
        sa.Column("key", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("wp_id", sa.BigInteger(), nullable=False),
        sa.Column("guid", TEXT, nullable=False),
        sa.Column("link", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("summary", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", STRING, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_posts_site_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="pk_posts"),
        sa.UniqueConstraint("site_id", "wp_id", name="uq_posts_site_id_wp_id"),
    )
    op.create_index("ix_posts_fingerprint", "posts", ["fingerprint"], unique=False)
    op.create_table(
        "terms",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("taxonomy", STRING, nullable=False),
        sa.Column("wp_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("folded", TEXT, nullable=False),
        sa.Column("parent", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_terms_site_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_terms"),
        sa.UniqueConstraint("site_id", "taxonomy", "wp_id", name="uq_terms_site_id_taxonomy_wp_id"),
    )
    op.create_index("ix_terms_taxonomy_slug", "terms", ["taxonomy", "slug"], unique=False)
    op.create_index("ix_terms_taxonomy_folded", "terms", ["taxonomy", "folded"], unique=False)
    op.create_table(
        "withheld",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("wp_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_withheld_site_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "wp_id", name="pk_withheld"),
    )
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
    # PostgreSQL gets its index when this has its present form, in 0008.
    execute_on(
        "sqlite", "CREATE VIRTUAL TABLE search USING fts5(title, body, content='', tokenize='ascii')"
    )


def downgrade() -> None:
    execute_on("sqlite", "DROP TABLE search")
    for table in ("post_terms", "withheld", "terms", "posts", "sites", "facts"):
        op.drop_table(table)
