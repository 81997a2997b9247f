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
    """An aware datetime, stored as whole seconds since 1970, so that all engines compare it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the seconds to store; fractions are cut off."""
        return None if value is None else int(value.timestamp() // 1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the datetime, in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


_ID = BigInteger().with_variant(Integer, "sqlite")

# Whole numbers have 64 bits on both engines; text is compared by its bytes, whatever a database is set to.
_NUMBER = Integer().with_variant(BigInteger, "postgresql")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_STRING = String().with_variant(String(collation="C"), "postgresql")

sites = Table(
    "sites",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", _STRING, nullable=False, unique=True),
    Column("url", _STRING, nullable=False),  # as it is configured
    Column("imported", Boolean, nullable=False, server_default=false()),
    # Until when what is read of it for the first time counts as being there from the beginning.
    Column("fills_until", Moment, nullable=False, server_default="0"),
    # What a pull remembers for the next one: site_state.SyncState says what each column means.
    Column("api_root", _STRING, nullable=False, server_default=""),
    Column("home", _STRING, nullable=False, server_default=""),
    Column("title", _TEXT, nullable=False, server_default=""),
    Column("description", _TEXT, nullable=False, server_default=""),
    Column("wordpress_version", _STRING, nullable=False, server_default=""),
    Column("language", _STRING, nullable=False, server_default=""),
    Column("icon", _TEXT, nullable=False, server_default=""),
    Column("backfill_page", _NUMBER, server_default="1"),
    Column("backfilled_at", Moment),
    Column("listed_count", _NUMBER),
    Column("resync_count", _NUMBER, nullable=False, server_default="0"),
    Column("observed_at", Moment),
    Column("newest_modified", Moment),
    Column("unlisted_count", _NUMBER, nullable=False, server_default="0"),
    Column("swept_at", Moment),
    Column("probe_cursor", _NUMBER, nullable=False, server_default="0"),
    Column("optional_retry_at", Moment),
    # Who pulls the site at the moment, and until when the claim holds.
    Column("claimed_by", _STRING),
    Column("claimed_until", Moment, nullable=False, server_default="0"),
    # When the site is pulled next, and how its pulls went: site_state.PollState; `remarks` as JSON.
    Column("next_pull_at", Moment, nullable=False, server_default="0"),
    Column("last_success_at", Moment),
    Column("last_error_at", Moment),
    Column("last_error", _TEXT),
    Column("failures", _NUMBER, nullable=False, server_default="0"),
    Column("failure_cause", _STRING, nullable=False, server_default=""),
    Column("retry_at", Moment),
    Column("remarks", _TEXT, nullable=False, server_default="[]"),
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
    Column("taxonomy", _STRING, nullable=False),
    Column("wp_id", BigInteger, nullable=False),
    Column("slug", _TEXT, nullable=False),
    Column("name", _TEXT, nullable=False),
    # The name without differences of case and accents, to be found by.
    Column("folded", _TEXT, nullable=False),
    Column("parent", BigInteger, nullable=False, server_default="0"),
    # Posts have it, though the site does not tell of it any more.
    Column("hidden", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("site_id", "taxonomy", "wp_id"),
    Index("ix_terms_taxonomy_slug", "taxonomy", "slug"),
    Index("ix_terms_taxonomy_folded", "taxonomy", "folded"),
)

# The slugs that terms had before they were renamed: see former_slugs.py.
former_slugs = Table(
    "former_slugs",
    metadata,
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("taxonomy", _STRING, primary_key=True),
    Column("slug", _TEXT, primary_key=True),
    Column("term_id", ForeignKey("terms.id", ondelete="CASCADE"), nullable=False),
    Index("ix_former_slugs_term_id", "term_id"),
    sqlite_with_rowid=False,
)

# Which categories are below which, at any depth, as far as families.py goes.
term_families = Table(
    "term_families",
    metadata,
    Column("head_id", ForeignKey("terms.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", ForeignKey("terms.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_term_families_member_id", "member_id"),
    sqlite_with_rowid=False,
)

posts = Table(
    "posts",
    metadata,
    # Rises with the publication time, then with the post's id: see keys.py.
    Column("key", _ID, primary_key=True, autoincrement=False),
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("wp_id", BigInteger, nullable=False),
    Column("guid", _TEXT, nullable=False),
    Column("link", _TEXT, nullable=False),
    Column("title", _TEXT, nullable=False),
    Column("summary", _TEXT, nullable=False),
    Column("content", _TEXT, nullable=False),
    Column("published", Moment, nullable=False),
    Column("modified", Moment, nullable=False),
    Column("fingerprint", _STRING, nullable=False),
    # Hashes of what makes a text another one, such as numbers: see text/similarity.py.
    Column("figures", LargeBinary, nullable=False, server_default=""),
    # The picture and the recordings, as JSON; empty when there are none: see media.py.
    Column("media", _TEXT, nullable=False, server_default=""),
    # Where the site tells it of a post: a tag of BCP 47.
    Column("language", _STRING, nullable=False, server_default=""),
    # The dates that the site gives, where those above are others, as these are in the future: see dates.py.
    Column("claimed_published", Moment),
    Column("claimed_modified", Moment),
    # What feeds call it: its guid, or its link where the guid is another post's: see entry_ids.py.
    Column("entry_id", _TEXT, nullable=False, server_default=""),
    # Since when its text stands here, in milliseconds since 1970: see standing.py. 0 where the store was
    # filled from nothing. The bytes that edits have added since then.
    Column("standing", BigInteger, nullable=False, server_default="0"),
    Column("added_bytes", _NUMBER, nullable=False, server_default="0"),
    # The post that stands for its group within its site, itself when it repeats none of the site's; NULL
    # while that is undecided: see groups.py. PostWriter keeps it right: SQLite adds no foreign key to a
    # table but by copying it.
    Column("leader_key", BigInteger),
    # A leader's place among the leaders of its group: 0 for the canonical post.
    Column("place", _NUMBER, nullable=False, server_default="0"),
    # The canonical post of its group: the leader that its own leader repeats, or that itself; NULL while
    # that is undecided. The constraint keeps the name that the column had at first: SQLite renames a
    # constraint only by copying the table.
    Column(
        "canonical_key",
        ForeignKey("posts.key", name="fk_posts_original", ondelete="SET NULL", onupdate="CASCADE"),
    ),
    # Its rowid in the search index: see index_rowids.py. NULL only within a transaction.
    Column("index_rowid", BigInteger),
    # What the search index has beside the text: see indexing.py. Empty while the post is not in it.
    Column("marks", _TEXT, nullable=False, server_default=""),
    # Of the whole post, terms included: equal when there is nothing to write.
    Column("digest", LargeBinary, nullable=False),
    UniqueConstraint("site_id", "wp_id"),
    Index("ix_posts_fingerprint", "fingerprint"),
    Index("uq_posts_index_rowid", "index_rowid", unique=True),
    # The members of a group in their order, with their sites; the undecided posts.
    Index("ix_posts_canonical_key_key_site_id", "canonical_key", "key", "site_id"),
    Index("ix_posts_leader_key", "leader_key"),
    Index("ix_posts_guid", "guid", postgresql_using="hash"),
    Index("ix_posts_entry_id", "entry_id", postgresql_using="hash"),
    Index("ix_posts_link", "link", postgresql_using="hash"),
)

# What WordPress gave, compressed, so that a body can be cleaned again under another policy.
sources = Table(
    "sources",
    metadata,
    Column("site_id", BigInteger, primary_key=True),
    Column("wp_id", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("policy", _STRING, nullable=False),
    ForeignKeyConstraint(["site_id", "wp_id"], ["posts.site_id", "posts.wp_id"], ondelete="CASCADE"),
)

# The hashes by which posts with similar texts are found: see text/similarity.py.
sketches = Table(
    "sketches",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("post_key", ForeignKey("posts.key", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True),
    Index("ix_sketches_post_key", "post_key"),
    sqlite_with_rowid=False,
)

# Posts that a site lists but that are not published here (protected, or without what a post needs). They
# are remembered so that they are not fetched again until they are modified.
withheld = Table(
    "withheld",
    metadata,
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("wp_id", BigInteger, primary_key=True, autoincrement=False),
    Column("modified", Moment, nullable=False),
    Column("reason", _TEXT, nullable=False, server_default=""),  # none where the post is not public
)

# Posts that are published without a picture that the site refused to tell of: a sweep fetches them again.
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
    # The canonical post of the group: the entries of a term are counted without a join to posts.
    Column("entry_key", ForeignKey("posts.key", ondelete="SET NULL", onupdate="CASCADE")),
    Index("ix_post_terms_post_key", "post_key"),
    Index("ix_post_terms_entry_key", "entry_key"),
    Index("ix_post_terms_term_id_entry_key", "term_id", "entry_key"),
)

# Every word that is, or was, in the search index, so that `word*` can be written out: see search.py.
known_words = Table("words", metadata, Column("word", _TEXT, primary_key=True), sqlite_with_rowid=False)

# What the store itself has to remember, such as the version of the words in the search index.
facts = Table(
    "facts",
    metadata,
    Column("name", _STRING, primary_key=True),
    Column("value", _TEXT, nullable=False),
)
