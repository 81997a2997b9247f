"""Values of the REST API's JSON, whatever a plug-in has put in their place."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard


def is_id(value: Any) -> TypeGuard[int]:
    """Return whether `value` can be an id: WordPress's are unsigned 64-bit, a store's signed."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def first_embedded(data: Mapping[str, Any], relation: str) -> Mapping[str, Any] | None:
    """Return the first object that `data` embeds for a relation; an error object stands there at times."""
    embedded = data.get("_embedded")
    found = as_list(embedded.get(relation)) if isinstance(embedded, Mapping) else []
    return found[0] if found and isinstance(found[0], Mapping) else None


def as_list(value: Any) -> Sequence[Any]:
    """Return the items of a list, or of an object with numbers for keys, as PHP writes it; else none."""
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []
