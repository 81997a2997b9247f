"""Values of the REST API's JSON, read safely: a plug-in may have put anything in their place."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard


def is_id(value: Any) -> TypeGuard[int]:
    """Return whether `value` can be an id: WordPress's are unsigned 64-bit, a store's signed."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def to_list(value: Any) -> Sequence[Any]:
    """Return the items of a list, or of an object with numbers for keys, as PHP writes it; else none."""
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def to_mapping(value: Any) -> Mapping[str, Any]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def get_first_embedded(data: Mapping[str, Any], relation: str) -> Mapping[str, Any] | None:
    """Return the first object that `data` embeds for a relation, or None.

    At times an error object stands there.
    """
    objects = to_list(to_mapping(data.get("_embedded")).get(relation))
    return objects[0] if objects and isinstance(objects[0], Mapping) else None
