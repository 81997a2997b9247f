"""Which characters a text may hold, and its white space."""

import re

import regex

# XML 1.0 (section 2.2) allows tab, line feed and U+0020 up, without surrogates, U+FFFE and U+FFFF.
# Out as well: DEL and the C1 controls and the other non-characters, which validators warn of.
# Said by what is left, since nearly every character is found in the first of these ranges.
_ILLEGAL = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 0x11))
    + "]"
)
# A text in which there is nothing to replace: to match a run takes a third of the time of a search.
_LEGAL = re.compile(
    "[\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffc"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 0x11))
    + "]*"
)
# In web pages the C1 controls are windows-1252's letters and signs (HTML, 'numeric character reference end
# state'), as of texts that were moved by a program that took one for the other. Five of them are none.
_WINDOWS_1252 = {
    chr(code): bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in b"\x81\x8d\x8f\x90\x9d"
}
_SPACE = regex.compile(r"\s+")
# White space to `str.split`, which is several times as fast, and none to Unicode.
_SEPARATOR = re.compile("[\x1c-\x1f]")


def remove_illegal_characters(text: str) -> str:
    """Return `text` without the characters that XML 1.0 forbids or validators warn of.

    Line ends become line feeds, and C1 controls what they mean in windows-1252. The mark of a broken
    character (U+FFFD) becomes a white square, of which validators do not warn.
    """
    if _LEGAL.fullmatch(text):
        return text
    return _ILLEGAL.sub(
        _replace_illegal, text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffd", "□")
    )


def _replace_illegal(match: re.Match[str]) -> str:
    return _WINDOWS_1252.get(match[0], "")


def collapse_whitespace(text: str) -> str:
    """Return `text` with every run of white space as one space, none at the ends."""
    if _SEPARATOR.search(text):
        return _SPACE.sub(" ", text).strip()
    return " ".join(text.split())
