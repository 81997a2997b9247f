"""The form that builds a query: its fields, filled with what was given."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedsvc.query.query import DEFAULT_LIMIT
from feedsvc.query.query_string import MAX_LIMIT


@dataclass(frozen=True, slots=True)
class Input:
    """One field of the form: a parameter, what it is called, an example, the value that was given."""

    name: str
    label: str
    example: str
    value: str


_TEXT_FIELDS = (
    ("topic", "Topic", 'solar OR "heat pump" -sports'),
    ("category", "Category", "energy, or -sports"),
    ("tag", "Tag", "battery"),
    ("author", "Author", "zoe-muller"),
    ("site", "Site", "property"),
    ("since", "Since", "7d, or 2026-01-31"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """The form, with the `parameters` that were given to it: names and values, in their order."""

    parameters: Sequence[tuple[str, str]]

    @property
    def inputs(self) -> list[Input]:
        """The fields for text; a parameter that is given several times has a field for each."""
        return [
            Input(name, label, example, value)
            for name, label, example in _TEXT_FIELDS
            for value in (self._values(name) or [""])
        ]

    @property
    def limit(self) -> str:
        """How many entries."""
        return (self._values("limit") or [str(DEFAULT_LIMIT)])[0]

    @property
    def max_limit(self) -> int:
        """The greatest limit."""
        return MAX_LIMIT

    def has(self, name: str, value: str) -> bool:
        """Return whether a parameter was given with a value."""
        return value in self._values(name)

    def _values(self, name: str) -> list[str]:
        names = ("topic", "q") if name == "topic" else (name,)
        return [value for parameter, value in self.parameters if parameter in names]
