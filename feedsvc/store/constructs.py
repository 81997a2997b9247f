"""Parts of statements that each engine writes in its own way: how stands in sqlite.py and postgresql.py."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    Select,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    column,
    func,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

insert_or_update = insert
"""An INSERT that may be completed with `on_conflict_do_update`; called as `sqlalchemy.insert` is. Both
engines have the same words for it, and SQLAlchemy writes this form for either."""


class IntegerRows(FunctionElement[int]):
    """A table with the column `value`, of the whole numbers in the text that it is given."""

    name = "integer_rows"
    inherit_cache = True


class DatabaseSeconds(FunctionElement[float]):
    """The seconds since 1970 by the clock of the database, with fractions."""

    name = "database_seconds"
    type = Float()
    inherit_cache = True


def integer_rows(name: str) -> tuple[TableValuedAlias, ColumnElement[int]]:
    """Return a table of whole numbers and its column, made of the parameter `name`: see `integer_list`.

    To join it takes one statement for a list of any length, which is compiled once.
    """
    rows = IntegerRows(bindparam(name, type_=Text)).table_valued(column("value", BigInteger), name=name)
    return rows, rows.c.value


class IsAmong(FunctionElement[bool]):
    """Whether a number is among those that a statement selects, which is done first and once.

    Its type is not said to be Boolean: SQLite would be given `… = 1`, for which it looks at every row.
    """

    name = "is_among"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Return the element as it is: where an engine knows no truth values, it would be compared with 1,
        and SQLite would look at every row then.
        """
        return self


def is_among(number: ColumnElement[int], statement: Select[int]) -> ColumnElement[bool]:
    """Return whether `number` is among the few that `statement` selects, each of which is looked up by
    itself, whatever a planner guesses of them.
    """
    return IsAmong(number, statement.scalar_subquery())


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert many rows of few columns by the driver: SQLAlchemy would make a dictionary of each."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join(mark for _ in columns)
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 (our own names)
    connection.exec_driver_sql(statement, list(rows))


def integer_list(numbers: Iterable[int]) -> str:
    """Return the value of a parameter that `integer_rows` is made of."""
    return f"[{','.join(map(str, numbers))}]"


def joined_values(values: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the aggregate of values as one text, with commas between them."""
    return func.aggregate_strings(cast(values, Text), ",")
