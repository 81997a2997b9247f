"""A post's picture and recordings, in the one column that keeps them."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from feedsvc.model import Enclosure, Image

_Media = tuple[Image | None, tuple[Enclosure, ...]]
_MEDIA: TypeAdapter[_Media] = TypeAdapter(_Media)


def packed(image: Image | None, enclosures: Sequence[Enclosure]) -> str:
    """Give them as JSON, or nothing when there are none."""
    return _MEDIA.dump_json((image, tuple(enclosures))).decode() if image or enclosures else ""


def unpacked(text: str) -> _Media:
    """Give back what was packed."""
    return _MEDIA.validate_json(text) if text else (None, ())
