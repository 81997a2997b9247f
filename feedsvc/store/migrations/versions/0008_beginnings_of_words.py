"""The beginnings of words in the search index; which categories are below which."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FORGET_VERSIONS = (
    "DELETE FROM facts WHERE name IN ('words in the search index', 'categories below categories')"
)


def upgrade() -> None:
    # The index is filled again when the schema is current, and the families with it.
    op.drop_table("search")
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5("
        "title, body, marks, content='', tokenize=\"ascii tokenchars '&+#'\", prefix='1 2 3')"
    )
    op.execute(_FORGET_VERSIONS)
    op.create_table(
        "term_families",
        sa.Column("head_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["head_id"], ["terms.id"], name="fk_term_families_head_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["terms.id"], name="fk_term_families_member_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("head_id", "member_id", name="pk_term_families"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_term_families_member_id", "term_families", ["member_id"])


def downgrade() -> None:
    op.drop_table("term_families")
    op.drop_table("search")
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5("
        "title, body, marks, content='', tokenize=\"ascii tokenchars '&+#'\")"
    )
    op.execute(_FORGET_VERSIONS)
