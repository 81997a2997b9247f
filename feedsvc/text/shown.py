"""What a sanitised body shows and where it leads: addresses and hosts, which tell two texts apart."""

import re

_PLAYED = re.compile(r"<(?:audio|video|source|iframe)\b[^>]*? src=\"([^\"]*)\"")
_SHOWN = re.compile(r"<(?:audio|video|source|iframe|img|a)\b[^>]*? (?:src|href)=\"([^\"]*)\"")
# In lower case. What an address is given to stands in front of its first sign: the signs are found at once.
_HOST = re.compile(r'="(?:(?<=\bsrc=")|(?<=\bhref="))https?://(?:[^/"?#@]*@)?(?:www\.)?([^/"?#:]+)')
_HOST_NUMBER = re.compile(r"^([^.\d]+)\d+\.")


def find_shown_urls(content: str, *, is_short: bool) -> frozenset[str]:
    """Return the addresses of what a sanitised body plays; of a short one, its pictures and links too.

    Without their query strings, in which players count.
    """
    addresses = (_SHOWN if is_short else _PLAYED).findall(content)
    return frozenset(address.partition("?")[0] for address in addresses)


def find_hosts(content: str) -> set[str]:
    """Return the hosts that the links, pictures and recordings of a sanitised body lead to."""
    return set(map(normalize_host, _HOST.findall(content.lower())))


def normalize_host(host: str) -> str:
    """Return a host in one spelling, where networks such as i0.wp.com and i2.wp.com are one."""
    return _HOST_NUMBER.sub(r"\1.", host.lower().removeprefix("www."))
