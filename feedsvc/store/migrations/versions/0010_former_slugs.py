"""The slugs that categories, tags and authors had before they were renamed."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import ID, STRING, TEXT

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_slugs",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("taxonomy", STRING, nullable=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("term_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_former_slugs_site_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["terms.id"], name="fk_former_slugs_term_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "taxonomy", "slug", name="pk_former_slugs"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_former_slugs_term_id", "former_slugs", ["term_id"])


def downgrade() -> None:
    op.drop_table("former_slugs")
