"""Addresses within a body: made whole against the post's link, or refused."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import regex

from feedsvc.clean import policy
from feedsvc.model import MAX_IMAGE_WIDTH
from feedsvc.text.web_address import write_host_in_ascii

# A comma and white space, or a comma behind a descriptor: an address may hold commas of its own.
_CANDIDATE_END = regex.compile(r",\s+|(?<=\s[\d.]+[wxh]),")
_MAX_CACHED_LENGTH = 2000
_PLAYER = regex.compile(r"([?&])_=\d+(?:&|$)")
_WEB_NAME = regex.compile(r"www\.(?:[\p{L}\p{N}\p{M}-]+\.)+[\p{L}\p{M}]{2,}(?=[/?#:]|$)", regex.IGNORECASE)
_EMAIL = regex.compile(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}(?:\?[^\s]*)?", regex.IGNORECASE)
_SPACE = regex.compile(r"\s+")


class Candidate(NamedTuple):
    """One picture of a srcset; the descriptor is such as '300w' or '2x', or empty."""

    address: str
    descriptor: str


def make_absolute(address: str, base: str) -> str:
    """Return `address` made absolute against `base`, or an empty string when it is no address or its scheme
    is not allowed.
    """
    return (
        _make_absolute_cached(address, base)
        if len(address) + len(base) < _MAX_CACHED_LENGTH
        else _make_absolute(address, base)
    )


def _make_absolute(address: str, base: str) -> str:
    try:
        address = _complete(address.strip())
        whole = address if urlsplit(address).scheme else urljoin(base, address)
        whole = write_host_in_ascii(whole)
        parts = urlsplit(whole)
    except ValueError:
        return ""
    usable = parts.scheme in policy.SCHEMES and (parts.netloc or parts.scheme in ("mailto", "tel"))
    return whole if usable else ""


def _complete(address: str) -> str:
    """Return what a person means by an address without a scheme: of the web, or to write to."""
    if _WEB_NAME.match(address):
        return f"https://{address}"
    return f"mailto:{address}" if _EMAIL.fullmatch(address) else address


_make_absolute_cached = lru_cache(maxsize=4096)(_make_absolute)  # a body names the same ones several times


def strip_player_number(address: str) -> str:
    """Return the address of a recording without the number of its player on the page (`_=1`), which
    WordPress's shortcodes count up with each request.
    """
    return _PLAYER.sub(r"\1", address).rstrip("?&") if _PLAYER.search(address) else address


def parse_srcset(srcset: str, base: str) -> list[Candidate]:
    """Return the usable pictures of a srcset (HTML, 'srcset attributes'), their addresses absolute."""
    candidates = []
    for part in _CANDIDATE_END.split(srcset, maxsplit=policy.MAX_CANDIDATES)[: policy.MAX_CANDIDATES]:
        address, _, descriptor = part.strip().strip(",").partition(" ")
        # White space and commas would end the address for the next one who reads it.
        whole = _SPACE.sub("%20", make_absolute(address, base)).strip(",") if address else ""
        if whole and whole.startswith("http"):
            candidates.append(Candidate(whole, descriptor.strip()))
    return candidates


def format_srcset(candidates: list[Candidate]) -> str:
    """Return the candidates as a srcset."""
    return ", ".join(f"{address} {descriptor}".strip() for address, descriptor in candidates)


def choose_widest(candidates: list[Candidate]) -> str:
    """Return the address of the largest picture that is sensible to show: at most
    MAX_IMAGE_WIDTH pixels wide, or twice the density; the smallest if all are larger.
    """
    sized = [
        (size, address)
        for address, descriptor in candidates
        if (size := _measure_size(descriptor)) is not None
    ]
    sensible = [(size, address) for size, address in sized if size <= 1]
    if sensible:
        return max(sensible, key=lambda candidate: candidate[0])[1]
    return min(sized, key=lambda candidate: candidate[0])[1] if sized else ""


def _measure_size(descriptor: str) -> float | None:
    """Return the size as a share of the largest sensible one, or None when the descriptor is none."""
    number, unit = (descriptor[:-1], descriptor[-1]) if descriptor else ("1", "x")
    try:
        return float(number) / {"w": MAX_IMAGE_WIDTH, "x": 2}[unit]
    except (ValueError, KeyError):
        return None
