"""The schema, as SQLAlchemy Core tables."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as whole seconds since 1970 so that engines compare it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Give the seconds that are stored; a part of a second is cut off."""
        return None if value is None else int(value.timestamp() // 1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give the datetime, in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


_ID = BigInteger().with_variant(Integer, "sqlite")

sites = Table(
    "sites",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("url", String, nullable=False),  # as it is configured
    Column("imported", Boolean, nullable=False, server_default=false()),
    # What a pull remembers for the next one: site_state.SyncState says what each column means.
    Column("api_root", String, nullable=False, server_default=""),
    Column("home", String, nullable=False, server_default=""),
    Column("title", Text, nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("wordpress_version", String, nullable=False, server_default=""),
    Column("backfill_page", Integer, server_default="1"),
    Column("backfilled_at", Moment),
    Column("resync_count", Integer, nullable=False, server_default="0"),
    Column("observed_at", Moment),
    Column("newest_modified", Moment),
    Column("unlisted_count", Integer, nullable=False, server_default="0"),
    Column("swept_at", Moment),
    Column("probe_cursor", Integer, nullable=False, server_default="0"),
    Column("optional_retry_at", Moment),
    # Who pulls the site at the moment, and until when the claim holds.
    Column("claimed_by", String),
    Column("claimed_until", Moment, nullable=False, server_default="0"),
    # When the site is pulled next, and how its pulls went: site_state.PollState; `remarks` as JSON.
    Column("next_pull_at", Moment, nullable=False, server_default="0"),
    Column("last_success_at", Moment),
    Column("last_error_at", Moment),
    Column("last_error", Text),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failure_cause", String, nullable=False, server_default=""),
    Column("retry_at", Moment),
    Column("remarks", Text, nullable=False, server_default="[]"),
    # What we have cost the site since it is known here: requests, bytes of bodies.
    Column("requests", BigInteger, nullable=False, server_default="0"),
    Column("received", BigInteger, nullable=False, server_default="0"),
)

# What we cost a site, by the hour, for as long as it is told of: requests, bytes of bodies.
traffic = Table(
    "traffic",
    metadata,
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
)

terms = Table(
    "terms",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("taxonomy", String, nullable=False),
    Column("wp_id", BigInteger, nullable=False),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    # The name without differences of case and accents, to be found by.
    Column("folded", Text, nullable=False),
    Column("parent", BigInteger, nullable=False, server_default="0"),
    # Posts have it, though the site does not tell of it any more.
    Column("hidden", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("site_id", "taxonomy", "wp_id"),
    Index("ix_terms_taxonomy_slug", "taxonomy", "slug"),
    Index("ix_terms_taxonomy_folded", "taxonomy", "folded"),
)

posts = Table(
    "posts",
    metadata,
    # Rises with the publication time, then with the post's id: see keys.py.
    Column("key", _ID, primary_key=True, autoincrement=False),
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("wp_id", BigInteger, nullable=False),
    Column("guid", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("published", Moment, nullable=False),
    Column("modified", Moment, nullable=False),
    Column("fingerprint", String, nullable=False),
    # What makes another text of its text, such as numbers: see alike.py.
    Column("figures", LargeBinary, nullable=False, server_default=""),
    # A picture and recordings, as JSON; empty when there are none.
    Column("media", Text, nullable=False, server_default=""),
    # The post that this one repeats, itself when it repeats none; none while that is to be decided.
    Column("original", ForeignKey("posts.key", ondelete="SET NULL", onupdate="CASCADE")),
    # Where the search index has it: see positions.py. None until the end of the transaction.
    Column("position", BigInteger),
    # What the search index has beside the text: see indexing.py. Empty while the post is not in it.
    Column("marks", Text, nullable=False, server_default=""),
    # Of everything above and of the terms: equal when there is nothing to write.
    Column("digest", LargeBinary, nullable=False),
    UniqueConstraint("site_id", "wp_id"),
    Index("ix_posts_fingerprint", "fingerprint"),
    Index("uq_posts_position", "position", unique=True),
    # The members of a group in their order, with their sites; the undecided ones.
    Index("ix_posts_original_key_site_id", "original", "key", "site_id"),
)

# What WordPress gave, compressed, so that a body can be cleaned again under another policy.
sources = Table(
    "sources",
    metadata,
    Column("site_id", BigInteger, primary_key=True),
    Column("wp_id", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("policy", String, nullable=False),
    ForeignKeyConstraint(["site_id", "wp_id"], ["posts.site_id", "posts.wp_id"], ondelete="CASCADE"),
)

# Posts whose place in the search index is looked at again at the end of the transaction; empty after it.
unsettled = Table(
    "unsettled",
    metadata,
    Column(
        "post_key",
        ForeignKey("posts.key", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
)

# The hashes by which posts with much the same text are found: see alike.py.
sketches = Table(
    "sketches",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("post_key", ForeignKey("posts.key", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True),
    Index("ix_sketches_post_key", "post_key"),
    sqlite_with_rowid=False,
)

# Posts that a site lists but that are not published here (protected, or without what a post needs), so
# that they are not asked for again until they are modified.
withheld = Table(
    "withheld",
    metadata,
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("wp_id", BigInteger, primary_key=True, autoincrement=False),
    Column("modified", Moment, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),  # none where it is not for the public
)

# Posts that are published without what the site did not tell when it was asked, and told of it again later.
incomplete = Table(
    "incomplete",
    metadata,
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("wp_id", BigInteger, primary_key=True, autoincrement=False),
)

post_terms = Table(
    "post_terms",
    metadata,
    Column("term_id", ForeignKey("terms.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "post_key",
        ForeignKey("posts.key", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True,
    ),
    # The post under which the term is found: the original, where the post repeats one.
    Column("entry_key", ForeignKey("posts.key", ondelete="SET NULL", onupdate="CASCADE")),
    Index("ix_post_terms_post_key", "post_key"),
    Index("ix_post_terms_entry_key", "entry_key"),
    Index("ix_post_terms_term_id_entry_key", "term_id", "entry_key"),
)

# Every word that stands, or stood, in the search index.
known_words = Table("words", metadata, Column("word", Text, primary_key=True), sqlite_with_rowid=False)

# What the store itself has to remember, such as the version of the words in the search index.
facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
