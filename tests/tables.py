"""Which rows of a table of tests are tried while one thinks, and which by `make test` alone."""

from collections.abc import Iterable
from typing import Any

import pytest

_ROW = type(pytest.param())


def thinned(rows: Iterable[Any], every: int) -> list[Any]:
    """Return the rows of a table for `pytest.mark.parametrize`, of which each `every`-th, from the first,
    is always tried and the others are marked `real`.

    A row is a value, a tuple of as many values as there are names, or what `pytest.param` gives.
    """
    return [row if number % every == 0 else _marked(row) for number, row in enumerate(rows)]


def _marked(row: Any) -> Any:
    if isinstance(row, _ROW):
        return pytest.param(*row.values, id=row.id, marks=[*row.marks, pytest.mark.real])
    values = row if isinstance(row, tuple) else (row,)
    return pytest.param(*values, marks=pytest.mark.real)
