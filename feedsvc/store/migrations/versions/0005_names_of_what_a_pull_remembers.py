"""Call the columns of a site by what they hold."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NEW_NAMES = {
    "api": "api_root",
    "version": "wordpress_version",
    "readings": "resync_count",
    "asked_at": "observed_at",
    "modified_until": "newest_modified",
    "hidden_posts": "unlisted_count",
    "turn": "probe_cursor",
    "aside_until": "optional_retry_at",
    "cause": "failure_cause",
    "wait_until": "retry_at",
}


def upgrade() -> None:
    for old, new in _NEW_NAMES.items():
        op.execute(f"ALTER TABLE sites RENAME COLUMN {old} TO {new}")


def downgrade() -> None:
    for old, new in _NEW_NAMES.items():
        op.execute(f"ALTER TABLE sites RENAME COLUMN {new} TO {old}")
