"""Addresses within a body: made whole against the post's link, or refused."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import regex

from feedsvc.clean import policy
from feedsvc.model import MAX_IMAGE_WIDTH
from feedsvc.text.web_address import write_host_in_ascii

# HTML, 'parse a srcset attribute': an address ends at white space, and may hold commas; what stands behind
# it ends at a comma that is in no parentheses. White space is ASCII's.
_ADDRESS = regex.compile(r"[\t\n\f\r ,]*+([^\t\n\f\r ]++)")
_DESCRIPTORS = regex.compile(r"((?:[^,(]++|\([^)]*+\)?)*+),?")
_WIDTH = regex.compile(r"0*[1-9][0-9]*w")
_HEIGHT = regex.compile(r"0*[1-9][0-9]*h")
# A number without sign and exponent: no page writes more of what HTML allows here.
_DENSITY = regex.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)x")
_WORD = regex.compile(r"[^\t\n\f\r ]++")
_MAX_DESCRIPTOR_LENGTH = 20
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
    """Return the usable pictures of a srcset, their addresses absolute.

    As HTML has it ('parse a srcset attribute'): a picture goes whose descriptor is anything but a width
    such as '300w' or a density such as '2x'. The height that may stand beside a width is left out, since
    no browser looks at it.
    """
    candidates = []
    for _, (address, words) in zip(range(policy.MAX_CANDIDATES), _split_srcset(srcset), strict=False):
        descriptor = _parse_descriptor(words)
        # White space and commas would end the address for the next one who reads it.
        whole = _SPACE.sub("%20", make_absolute(address, base)).strip(",")
        if descriptor is not None and whole.startswith("http"):
            candidates.append(Candidate(whole, descriptor))
    return candidates


def _split_srcset(srcset: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the addresses of a srcset as they stand there, each with the words behind it."""
    position = 0
    while address := _ADDRESS.match(srcset, position):
        position = address.end()
        if address[1].endswith(","):
            yield address[1].rstrip(","), ()
        elif behind := _DESCRIPTORS.match(srcset, position):
            position = behind.end()
            yield address[1], _WORD.findall(behind[1])


def _parse_descriptor(words: Sequence[str]) -> str | None:
    """Return the width or the density that the words behind an address are, '' where there are none, or
    None where they are anything else.
    """
    if not words:
        return ""
    if any(len(word) > _MAX_DESCRIPTOR_LENGTH for word in words):
        return None
    widths = [word for word in words if _WIDTH.fullmatch(word)]
    if len(widths) == 1 and all(_HEIGHT.fullmatch(word) for word in words if word not in widths):
        return widths[0] if len(words) <= 2 else None
    is_density = len(words) == 1 and _DENSITY.fullmatch(words[0])
    return words[0] if is_density else None


def format_srcset(candidates: list[Candidate]) -> str:
    """Return the candidates as a srcset."""
    return ", ".join(f"{address} {descriptor}".strip() for address, descriptor in candidates)


def choose_widest(candidates: list[Candidate]) -> str:
    """Return the address of the largest picture that is sensible to show: at most
    MAX_IMAGE_WIDTH pixels wide, or twice the density; the smallest if all are larger.
    """
    sized = [(_measure_size(descriptor), address) for address, descriptor in candidates]
    sensible = [(size, address) for size, address in sized if size <= 1]
    if sensible:
        return max(sensible, key=lambda candidate: candidate[0])[1]
    return min(sized, key=lambda candidate: candidate[0])[1] if sized else ""


def _measure_size(descriptor: str) -> float:
    """Return the size as a share of the largest sensible one."""
    number, unit = (descriptor[:-1], descriptor[-1]) if descriptor else ("1", "x")
    return float(number) / {"w": MAX_IMAGE_WIDTH, "x": 2}[unit]
