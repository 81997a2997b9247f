"""What the migrations share: the types of columns, and statements of one engine alone."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def execute_on(engine: str, *statements: str) -> None:
    """Execute statements where the database is of this engine."""
    if op.get_context().dialect.name == engine:
        for statement in statements:
            op.execute(statement)
