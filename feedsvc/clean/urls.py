"""Addresses within a body: made whole against the post's link, or refused."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import regex

from feedsvc.clean import policy
from feedsvc.model import MAX_IMAGE_WIDTH

# A comma and white space, or a comma behind a descriptor: an address may hold commas of its own.
_CANDIDATE_END = regex.compile(r",\s+|(?<=\s[\d.]+[wxh]),")
_LONGEST_REMEMBERED = 2000
_PLAYER = regex.compile(r"([?&])_=\d+(?:&|$)")
_SPACE = regex.compile(r"\s+")


class Candidate(NamedTuple):
    """One picture of a srcset; the descriptor is such as '300w' or '2x', or empty."""

    address: str
    descriptor: str


def absolute(address: str, base: str) -> str:
    """Give `address` whole, or nothing when its scheme is not allowed or it is none."""
    return (
        _remembered(address, base)
        if len(address) + len(base) < _LONGEST_REMEMBERED
        else _absolute(address, base)
    )


def _absolute(address: str, base: str) -> str:
    try:
        address = address.strip()
        whole = address if urlsplit(address).scheme else urljoin(base, address)
        parts = urlsplit(whole)
    except ValueError:
        return ""
    usable = parts.scheme in policy.SCHEMES and (parts.netloc or parts.scheme in ("mailto", "tel"))
    return whole if usable else ""


_remembered = lru_cache(maxsize=4096)(_absolute)  # a body names the same ones several times


def recording(address: str) -> str:
    """Give the address of a recording without the number of its player on the page (`_=1`), which
    WordPress's shortcodes count up with each request.
    """
    return _PLAYER.sub(r"\1", address).rstrip("?&") if _PLAYER.search(address) else address


def candidates(srcset: str, base: str) -> list[Candidate]:
    """Give the usable pictures of a srcset (HTML, 'srcset attributes'), their addresses whole."""
    found = []
    for part in _CANDIDATE_END.split(srcset, maxsplit=policy.MAX_CANDIDATES)[: policy.MAX_CANDIDATES]:
        address, _, descriptor = part.strip().strip(",").partition(" ")
        # White space and commas would end the address for the next one who reads it.
        whole = _SPACE.sub("%20", absolute(address, base)).strip(",") if address else ""
        if whole and whole.startswith("http"):
            found.append(Candidate(whole, descriptor.strip()))
    return found


def srcset(pictures: list[Candidate]) -> str:
    """Give the srcset of some pictures."""
    return ", ".join(f"{one.address} {one.descriptor}".strip() for one in pictures)


def widest(pictures: list[Candidate]) -> str:
    """Give the address of the largest picture that is sensible to show: at most
    MAX_IMAGE_WIDTH pixels wide, or twice the density; the smallest if all are larger.
    """
    sized = [(size, one.address) for one in pictures if (size := _size(one.descriptor)) is not None]
    sensible = [one for one in sized if one[0] <= 1]
    if sensible:
        return max(sensible, key=lambda one: one[0])[1]
    return min(sized, key=lambda one: one[0])[1] if sized else ""


def _size(descriptor: str) -> float | None:
    """Give the size as a share of the largest that is sensible; descriptors that are none give None."""
    number, unit = (descriptor[:-1], descriptor[-1]) if descriptor else ("1", "x")
    try:
        return float(number) / {"w": MAX_IMAGE_WIDTH, "x": 2}[unit]
    except (ValueError, KeyError):
        return None
