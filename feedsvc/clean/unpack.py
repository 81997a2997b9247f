"""What a parser would leave unread: scripts that name what they embed, packed markup → markup as any other.

All of it is read by the sanitisers afterwards, as if the site had written it so.
"""

import base64
import binascii
from functools import lru_cache
from html import escape, unescape
from urllib.parse import parse_qsl, unquote, urlsplit

import regex

SCRIPT_LINK = "feedsvc-embed"
"""The class of an empty link that stands for a script."""

_SCRIPT = regex.compile(r"<script\b([^<>]*)>", regex.IGNORECASE)
_ATTRIBUTE = regex.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
# Without quotes and without white space: a script may be spoken of in the value of an attribute.
_PLAIN_ADDRESS = regex.compile(r"https?://[\w.-]+(?:/[\w./?&=%+:@!,;#~-]*)?")

# By a script's address: the page of what it shows.
_SCRIPT_PAGES = tuple(
    (regex.compile(r"https?://" + address), page)
    for address, page in (
        (r"gist\.github\.com/([\w-]+/\w+|\w+)\.(?:js|json)", r"https://gist.github.com/\1"),
        (r"asciinema\.org/a/(\w+)\.js", r"https://asciinema.org/a/\1"),
        (r"(?:www\.)?jsfiddle\.net/((?:\w+/){1,3})embed/", r"https://jsfiddle.net/\1"),
        (r"(?:www\.)?buzzsprout\.com/(\d+(?:/[\w-]+)?)\.js", r"https://www.buzzsprout.com/\1"),
        (r"(?:form|www)\.jotform\.com/jsform/(\d+)", r"https://form.jotform.com/\1"),
        (r"datawrapper\.dwcdn\.net/(\w+)/(?:\d+/)?embed\.js", r"https://datawrapper.dwcdn.net/\1/"),
        (
            r"fast\.wistia\.(?:com|net)/embed/medias/(\w+)\.jsonp",
            r"https://fast.wistia.net/embed/iframe/\1",
        ),
        (r"(?:secure\.)?polldaddy\.com/p/(\d+)\.js", r"https://poll.fm/\1"),
        (r"(?:www\.)?codepen\.io/([\w-]+)/embed/(\w+)", r"https://codepen.io/\1/pen/\2"),
        (r"embed\.(simplecast|acast)\.com/([\w/-]+)\.js", r"https://embed.\1.com/\2"),
    )
)
# By the attribute of a script that names what it shows: the page of that.
_SCRIPT_IDS = {
    "data-telegram-post": r"https://t.me/",
    "data-telegram-discussion": r"https://t.me/",
    "data-gist-id": "https://gist.github.com/",
    "data-infogram-id": "https://infogram.com/",
}
_CONFIGURES = regex.compile(
    r"api|auth|base|callback|cdn|config|cookie|endpoint|host|icon|image|logo|pixel|privacy|redirect|report"
    r"|script|style|track|cf-settings|domain"
)
# A script's own number at the end of its address: of one player, poll or form, not of a library.
_NUMBERED_SCRIPT = regex.compile(
    r"(https?://(?!(?:[^/]*/)+wp-(?:content|includes)/)[^?#\s]*(?:embed|form|player|poll|quiz|survey)[^?#\s]*"
    r"/(?=[a-z_-]*\d)[\w-]{4,})\.js(?:$|[?#])",
    regex.IGNORECASE,
)

# What a script would show is one thing, and has a name of its own: a poll, a chart, a film. What counts
# readers or sells to them is called by the site's name, account or key; a library has none.
_OF_ONE_THING = regex.compile(
    r"(?:^|[-_])(?:(?:video|poll|quiz|form|survey|post|chart|graph|map|widget|embed|player|playlist|episode|show"
    r"|album|photo|gallery|story|event|product|card|calendar|timeline|doc|document|slides?|match|game|recipe)"
    r"(?:[-_]?(?:id|uid|uuid|slug|hash|key|code))?|uuid|slug|hash)$"
)
_OF_A_SITE = regex.compile(
    r"(?:^|[-_])(?:site|website|client|account|user|publisher|pub|ad|ads|slot|zone|domain|token|api|app|tracking"
    r"|measurement|cookie|consent|campaign|partner|container|property|tenant|customer|cf|beacon)(?=$|[-_])|cfasync"
)
_SHOWS = regex.compile(
    r"embed|widget|player|poll|quiz|survey|form|chart|graph|map|video|story|timeline|card|iframe|visuali[sz]"
)
_COUNTS_OR_SELLS = regex.compile(
    r"\bads?\b|adserv|adsby|advert|affiliat|analytics|beacon|captcha|chat|consent|cookie|count|criteo|disqus"
    r"|doubleclick|gtag|gtm|hotjar|mgid|matomo|metrics|monet|outbrain|pixel|piwik|popup|push|recommend|related"
    r"|retarget|share|skim|sponsor|stats?\b|subscri|taboola|tagmanager|telemetry|track(?:er|ing)|viglink"
    r"|wp-(?:content|includes)/"
)
# A script in a folder of embeds that has a name of its own, and not one of those that libraries have.
_NAMED_SCRIPT = regex.compile(
    r"/(?:embed|widget|player|poll|quiz|survey|form|chart|graph|map|story)s?/(?:[\w-]+/)*"
    r"(?!(?:embed|widget|load|sdk|api|main|index|script|player|bundle|app|init|core|all|iframe|resiz|client|common"
    r"|vendor|runtime|polyfill|v?\d+\b|lib|jquery|async|js\b))[\w-]{3,}\.js$"
)
_ONE_ID = regex.compile(r"(?=[^\s]*\d|[^\s]{8})[\w:./-]{3,100}")
_HOST = regex.compile(r"https?://([\w-]+(?:\.[\w-]+)+)(?=[/:?]|$)")

# Borlabs Cookie keeps a frame as base64 in a script or an attribute; so begins '<iframe' there.
_FRAME_IN_BASE64 = "PGlmcmFtZ"
_PACKED_TEMPLATE = regex.compile(rf">\s*({_FRAME_IN_BASE64}[\w+/]*={{0,2}})\s*</script>", regex.IGNORECASE)
_PACKED_ATTRIBUTE = regex.compile(rf"=[\"']({_FRAME_IN_BASE64}[\w+/]*={{0,2}})[\"'][^<>]*>")
# ShortPixel's placeholder names the picture in whose place it stands.
_NAMED_PLACEHOLDER = regex.compile(
    r"data:image/svg\+xml;u=(https?%3A%2F%2F[^;,\"'<>\s]+)[^\"'<>\s]*", regex.IGNORECASE
)


def unpack_markup(markup: str) -> str:
    """Return `markup` with an empty link before each script that names what it embeds, with frames that
    are packed as base64, and with the addresses that placeholders hold.
    """
    if "data:image/svg+xml;u=" in markup:
        markup = _NAMED_PLACEHOLDER.sub(lambda m: escape(unquote(m[1])), markup)
    if _FRAME_IN_BASE64 in markup:
        markup = _PACKED_TEMPLATE.sub(lambda m: f"></script>{_decode(m[1])}", markup)
        markup = _PACKED_ATTRIBUTE.sub(lambda m: m[0] + _decode(m[1]), markup)
    if "<script" in markup:
        markup = _SCRIPT.sub(lambda m: _make_script_link(m[1]) + m[0], markup)
    return markup


def _decode(packed: str) -> str:
    try:
        return base64.b64decode(packed, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


@lru_cache(maxsize=256)  # the same few scripts stand in many bodies
def _make_script_link(attributes: str) -> str:
    """Return a link to what a script with these attributes embeds: to its page, which names itself, or to
    the post, where it can be seen, by the script's host. It is empty for any other script.
    """
    values = {
        name.lower(): unescape(double or single or bare).strip()
        for name, double, single, bare in _ATTRIBUTE.findall(attributes)
    }
    source = values.get("src", "")
    if source.startswith("//"):
        source = f"https:{source}"
    if address := _find_script_page(source, values):
        return f"<a class={SCRIPT_LINK} href={escape(address)}></a>"
    if host := _find_embedding_host(source, values):
        return f'<a href="">{escape(host)}</a>'
    return ""


def _find_embedding_host(source: str, values: dict[str, str]) -> str:
    """Return the host of a script whose attributes or address name one thing; else an empty string."""
    host = _HOST.match(source)
    lower = source.lower()
    if not host or _COUNTS_OR_SELLS.search(lower.partition("?")[0]):
        return ""
    if _NAMED_SCRIPT.search(lower.partition("?")[0]):
        return host[1].lower().removeprefix("www.")
    named = [(name, value) for name, value in values.items() if name.startswith("data-")]
    named += parse_qsl(urlsplit(source).query)
    for name, value in named:
        name = name.lower()
        is_of_one = _OF_ONE_THING.search(name) or (name in ("data-id", "id") and _SHOWS.search(lower))
        if is_of_one and not _OF_A_SITE.search(name) and _ONE_ID.fullmatch(value):
            return host[1].lower().removeprefix("www.")
    return ""


def _find_script_page(source: str, values: dict[str, str]) -> str:
    """Return the address of what a script with these attributes embeds; empty for any other script."""
    address = next(
        (match.expand(page) for pattern, page in _SCRIPT_PAGES if (match := pattern.match(source))), ""
    )
    if not address:
        address = next(
            (page + values[name] for name, page in _SCRIPT_IDS.items() if values.get(name)),
            "",
        )
    if not address and "speakerdeck.com/" in source and values.get("data-id"):
        address = f"https://speakerdeck.com/player/{values['data-id']}"
    if not address:
        address = next(
            (
                value
                for name, value in values.items()
                if name.startswith("data-") and value.startswith("http") and not _CONFIGURES.search(name)
            ),
            "",
        )
    if not address and (match := _NUMBERED_SCRIPT.match(source)):
        address = match[1]
    return address if _PLAIN_ADDRESS.fullmatch(address) else ""
