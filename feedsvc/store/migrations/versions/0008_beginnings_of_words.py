"""The beginnings of words in the search index; which categories are below which."""

import sqlalchemy as sa
from alembic import op

from feedsvc.store.migrations.types import ID, execute_on

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
# The words of the search index, which no table holds: see store/postgresql_search.py. PostgreSQL refuses
# those of a post that are longer than a megabyte together, as may be where its text is as long as those of
# ix_search_long; such a post is found by 'huge'. To make the words anew takes longer than anything else
# that a search could do, which is what COST says.
_LEXEMES = """
CREATE FUNCTION feedsvc_lexemes(number bigint, title text, body text, marks text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE COST 100000 AS $$
DECLARE
    title_words text[] := string_to_array(btrim(title), ' ');
    all_words text[] := title_words || string_to_array(btrim(body), ' ');
    fixed text[] := array(
        SELECT 'm' || w FROM unnest(string_to_array(btrim(marks), ' ')) AS w WHERE w <> ''
        UNION ALL
        SELECT letter || (number >> bits)::text
        FROM (VALUES ('a', 16), ('b', 19), ('c', 22), ('d', 25)) AS eras(letter, bits)
    );
BEGIN
    RETURN array_to_tsvector(fixed || array(
        SELECT 't' || left(w, 255) FROM unnest(title_words) AS w WHERE w <> ''
        UNION ALL
        SELECT 'w' || left(w, 255) FROM unnest(all_words) AS w WHERE w <> ''
        UNION ALL
        SELECT '1' || left(w, 1) FROM unnest(all_words) AS w WHERE w <> ''
        UNION ALL
        SELECT '2' || left(w, 2) FROM unnest(all_words) AS w WHERE w <> ''
        UNION ALL
        SELECT 'p' || substr(encode(sha256(convert_to(former || ' ' || latter, 'UTF8')), 'hex'), 1, 4)
        FROM unnest(all_words, all_words[2:]) AS pairs(former, latter)
        WHERE length(former) <= 4 AND length(latter) <= 4
    ));
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN array_to_tsvector(fixed || 'huge'::text);
END
$$
"""
_SEARCH = """
CREATE TABLE search (
    rowid bigint PRIMARY KEY,
    title text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    marks text COLLATE "C" NOT NULL
)
"""
_LONG_POSTS = "CREATE INDEX ix_search_long ON search (rowid) WHERE octet_length(body) > 200000"
# New posts wait in a list until they fill a megabyte, and go into the index together.
_SEARCH_INDEX = """
CREATE INDEX ix_search_lexemes ON search USING gin (feedsvc_lexemes(rowid, title, body, marks))
WITH (fastupdate = on, gin_pending_list_limit = 1024)
"""
_FORGET_VERSIONS = (
    "DELETE FROM facts WHERE name IN ('words in the search index', 'categories below categories')"
)


def upgrade() -> None:
    # The index is filled again when the schema is current, and the families with it.
    execute_on(
        "sqlite",
        "DROP TABLE search",
        "CREATE VIRTUAL TABLE search USING fts5("
        "title, body, marks, content='', tokenize=\"ascii tokenchars '&+#'\", prefix='1 2 3')",
    )
    # How often each word is was of no use to the planner, and takes minutes to be counted.
    no_statistics = "ALTER INDEX ix_search_lexemes ALTER COLUMN 1 SET STATISTICS 0"
    execute_on("postgresql", _SEARCH, _LEXEMES, _LONG_POSTS, _SEARCH_INDEX, no_statistics)
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
    execute_on(
        "sqlite",
        "DROP TABLE search",
        "CREATE VIRTUAL TABLE search USING fts5("
        "title, body, marks, content='', tokenize=\"ascii tokenchars '&+#'\")",
    )
    execute_on("postgresql", "DROP TABLE search", "DROP FUNCTION feedsvc_lexemes")
    op.execute(_FORGET_VERSIONS)
