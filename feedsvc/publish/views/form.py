"""The form that builds a query: what it sends as parameters of a feed, and its fields as they were filled.

A browser sends a parameter for each box that is ticked, and of a feed's address the same parameter twice
means both. So the boxes have names of their own: those of `with-category` are any of them, those of
`not-category` are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from feedsvc.errors import QueryError
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT, FORMATS
from feedsvc.query.fields import FIELDS
from feedsvc.query.query import DEFAULT_LIMIT
from feedsvc.query.query_string import MAX_LIMIT

Parameters = Sequence[tuple[str, str]]

_WITH, _NOT = "with-", "not-"
_MAX_BOXES: Mapping[str, int] = {"category": 24, "tag": 14, "author": 12, "site": 12}
_LABELS: Mapping[str, str] = {
    "category": "Categories", "tag": "Tags", "author": "Authors", "site": "Sites",
}  # fmt: skip
_EXAMPLES: Mapping[str, str] = {
    "category": "energy, or -sports", "tag": "battery", "author": "zoe-muller", "site": "property",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name that can be chosen: as it stands in an address, as people read it, its number of entries where
    that is counted.
    """

    value: str
    label: str
    entry_count: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A name with its two boxes: whether it is asked for, whether it is left out."""

    name: Name
    is_with: bool
    is_not: bool


@dataclass(frozen=True, slots=True)
class FieldInputs:
    """The boxes of a field and its text fields, of which there is one at least.

    `total` names there are, or more where they are not `counted`.
    """

    field: str
    label: str
    example: str
    boxes: Sequence[Box]
    texts: Sequence[str]
    total: int
    counted: bool = True

    @property
    def is_used(self) -> bool:
        """Whether anything was chosen or written."""
        return any(self.texts) or any(box.is_with or box.is_not for box in self.boxes)

    @property
    def is_offered(self) -> bool:
        """Whether the form has the field: a choice of one site is none."""
        least = {"category": 0, "site": 2}.get(self.field, 1)
        return self.total >= least or self.is_used

    @property
    def leaves_out(self) -> bool:
        """Whether a box of those that are left out is ticked."""
        return any(box.is_not for box in self.boxes)


def read_parameters(query_string: str) -> list[tuple[str, str]]:
    """Return what the form sends in `query_string`, as parameters of a feed and `format`.

    Fields that were left empty are no parameters: a browser sends them too.
    """
    parameters: list[tuple[str, str]] = []
    boxes: dict[tuple[str, str], list[str]] = {}
    for name, value in parse_qsl(query_string):
        if not value.strip():
            continue
        for prefix, sign in ((_WITH, ""), (_NOT, "-")):
            if name.startswith(prefix) and name.removeprefix(prefix) in FIELDS:
                boxes.setdefault((name.removeprefix(prefix), sign), []).append(value)
                break
        else:
            parameters.append((name, value))
    for (name, sign), values in boxes.items():
        written = [pair for pair in parameters if pair[0] == name and not pair[1].startswith("-")]
        if not sign and len(written) == 1:  # a name that is written beside boxes is one of them
            parameters.remove(written[0])
            values.append(written[0][1])
        parameters.append((name, sign + ",".join(values)))
    return parameters


def has_boxes(query_string: str) -> bool:
    """Return whether `query_string` has what the form alone sends, and no address should have."""
    return any(name.startswith((_WITH, _NOT)) for name, _ in parse_qsl(query_string))


def take_format(parameters: Parameters) -> tuple[list[tuple[str, str]], str]:
    """Return `parameters` without `format`, and the name of the format: the default where it is not given.

    Raises QueryError for a format that there is not.
    """
    rest = [(name, value) for name, value in parameters if name != "format"]
    name = next((value for name, value in parameters if name == "format"), DEFAULT_FORMAT.name)
    if name not in FORMATS:
        raise QueryError(f"format={name!r} is not understood: write {' or '.join(FORMATS)}", field="format")
    return rest, name


@dataclass(frozen=True, slots=True)
class Form:
    """The form, filled with `parameters`; `names` are those that can be chosen, by their fields."""

    parameters: Parameters
    names: Mapping[str, Sequence[Name]] = field(default_factory=dict)

    @property
    def topics(self) -> list[str]:
        """What was written as topics: one field for each, one at least."""
        return self._values("topic", "q") or [""]

    @property
    def fields(self) -> list[FieldInputs]:
        """The fields of names, as far as there are names to choose or any were given."""
        return [self._field(name) for name in FIELDS]

    @property
    def since(self) -> str:
        """Since when, as it was written."""
        return self.value("since")

    @property
    def limit(self) -> str:
        """How many entries."""
        return self.value("limit") or str(DEFAULT_LIMIT)

    @property
    def max_limit(self) -> int:
        """The greatest limit."""
        return MAX_LIMIT

    def value(self, name: str) -> str:
        """Return the first value of a parameter, empty where it is not given."""
        return next(iter(self._values(name)), "")

    def has(self, name: str, value: str) -> bool:
        """Return whether a parameter was given with a value."""
        return value in self._values(name)

    def _values(self, *names: str) -> list[str]:
        return [value for parameter, value in self.parameters if parameter in names]

    def _field(self, name: str) -> FieldInputs:
        names = self.names.get(name, ())
        known = {choice.value for choice in names}
        values = self._values(name)
        asked = [value for value in values if not value.startswith("-")]
        # Two parameters mean both; boxes mean any.
        chosen = _split(asked[0]) if len(asked) == 1 else []
        chosen = chosen if known.issuperset(chosen) else []
        left_out = [
            value for value in values if value.startswith("-") and known.issuperset(_split(value[1:]))
        ]
        excluded = {part for value in left_out for part in _split(value[1:])}
        texts = [value for value in values if value not in left_out and not (chosen and value in asked)]
        first = names[: _MAX_BOXES[name]]
        ticked = [choice for choice in names if choice.value in excluded.union(chosen)]
        shown = dict.fromkeys([*first, *ticked]) if len(names) > 1 or ticked else ()
        return FieldInputs(
            field=name,
            label=_LABELS[name],
            example=_EXAMPLES[name],
            boxes=[Box(choice, choice.value in chosen, choice.value in excluded) for choice in shown],
            texts=texts or [""],
            total=len(names),
            counted=all(choice.entry_count is not None for choice in names),
        )


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",")]
