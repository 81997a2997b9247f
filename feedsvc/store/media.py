"""A post's picture and recordings, in the one column that holds them."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from feedsvc.model import Enclosure, Image

_Media = tuple[Image | None, tuple[Enclosure, ...]]
_MEDIA: TypeAdapter[_Media] = TypeAdapter(_Media)


def pack_media(image: Image | None, enclosures: Sequence[Enclosure]) -> str:
    """Return a picture and recordings as JSON; empty when there are none."""
    return _MEDIA.dump_json((image, tuple(enclosures))).decode() if image or enclosures else ""


def unpack_media(text: str) -> _Media:
    """Return the picture and the recordings that `pack_media` has packed."""
    return _MEDIA.validate_json(text) if text else (None, ())
