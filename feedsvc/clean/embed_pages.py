"""What a frame shows: its page for people, its picture, its name; the frame that plays a page's film."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, unquote_plus, urlencode, urlsplit

import regex

from feedsvc.clean import policy
from feedsvc.clean.urls import make_absolute

_ID = r"([\w-]+)"
_HTTP = r"https?://"


@dataclass(frozen=True, slots=True)
class EmbedPage:
    """The page that people read, the address of a picture of it, what it is called; empty: not known."""

    address: str
    picture: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """How an address, and a picture, follow from another address."""

    address: regex.Pattern[str]
    target: str
    picture: str = ""


def _rule(address: str, target: str, picture: str = "") -> _Rule:
    return _Rule(regex.compile(_HTTP + address), target, picture)


_YOUTUBE_HOST = r"(?:www\.|m\.|music\.)?youtube(?:-nocookie)?\.com/"
_YOUTUBE = _YOUTUBE_HOST + r"(?:embed|v|e)"
_NO_VIDEO = r"(?:/?|/(?:videoseries|playlist|live_stream)/?)"
# https://developers.google.com/youtube/player_parameters: live_stream, playlist and videoseries are no ids.
_PAGES = (
    _rule(_YOUTUBE + rf"/live_stream\?(?:.*&)?channel={_ID}", r"https://www.youtube.com/channel/\1/live"),
    _rule(
        _YOUTUBE + _NO_VIDEO + rf"\?(?=.*\blistType=user_uploads)(?:.*&)?list={_ID}",
        r"https://www.youtube.com/user/\1",
    ),
    _rule(_YOUTUBE + _NO_VIDEO + rf"\?(?:.*&)?list={_ID}", r"https://www.youtube.com/playlist?list=\1"),
    _rule(_YOUTUBE + r"/p/" + _ID, r"https://www.youtube.com/playlist?list=PL\1"),
    _rule(
        _YOUTUBE + rf"/(?!live_stream\b|playlist\b|videoseries\b){_ID}",
        r"https://www.youtube.com/watch?v=\1",
        r"https://i.ytimg.com/vi/\1/hqdefault.jpg",
    ),
    _rule(_YOUTUBE, r"https://www.youtube.com/"),
    _rule(rf"player\.vimeo\.com/video/(\d+)\?(?:.*&)?h={_ID}", r"https://vimeo.com/\1/\2"),
    _rule(r"player\.vimeo\.com/video/(\d+)", r"https://vimeo.com/\1"),
    _rule(r"(?:player\.)?vimeo\.com/(?:album|showcase)/(\d+)/embed", r"https://vimeo.com/showcase/\1"),
    _rule(r"vimeo\.com/event/(\d+)/embed", r"https://vimeo.com/event/\1"),
    _rule(
        rf"(?:(?:www\.)?dailymotion\.com/embed/video/|geo\.dailymotion\.com/player[^?]*\?(?:.*&)?video=){_ID}",
        r"https://www.dailymotion.com/video/\1",
        r"https://www.dailymotion.com/thumbnail/video/\1",
    ),
    _rule(
        rf"(?:www\.dailymotion\.com/embed/playlist/|geo\.dailymotion\.com/player[^?]*\?(?:.*&)?playlist=){_ID}",
        r"https://www.dailymotion.com/playlist/\1",
    ),
    _rule(r"open\.spotify\.com/embed(?:-podcast)?/(\w+/\w+)", r"https://open.spotify.com/\1"),
    _rule(r"embed\.podcasts\.apple\.com/([^?#]+)", r"https://podcasts.apple.com/\1"),
    _rule(r"embed\.music\.apple\.com/([^?#]+)", r"https://music.apple.com/\1"),
    _rule(r"embed\.ted\.com/talks/([^?#]+)", r"https://www.ted.com/talks/\1"),
    _rule(rf"(?:videopress\.com|video\.wordpress\.com)/embed/{_ID}", r"https://videopress.com/v/\1"),
    _rule(r"archive\.org/embed/([^?#/]+)", r"https://archive.org/details/\1"),
    _rule(r"platform\.twitter\.com/embed/\w+\.html\?(?:.*&)?id=(\d+)", r"https://x.com/i/status/\1"),
    _rule(r"player\.twitch\.tv/\?(?:.*&)?channel=(\w+)", r"https://www.twitch.tv/\1"),
    _rule(r"player\.twitch\.tv/\?(?:.*&)?video=v?(\d+)", r"https://www.twitch.tv/videos/\1"),
    _rule(rf"clips\.twitch\.tv/embed\?(?:.*&)?clip={_ID}", r"https://clips.twitch.tv/\1"),
    _rule(
        r"(?:www\.)?google\.[a-z.]+/maps/d/(?:u/\d/)?embed\?(?:.*&)?mid=([\w.-]+)",
        r"https://www.google.com/maps/d/viewer?mid=\1",
    ),
    _rule(
        r"(?:www\.)?bing\.com/maps/embed[^?]*\?(?:.*&)?cp=([-\d.]+~[-\d.]+)",
        r"https://www.bing.com/maps?cp=\1",
    ),
    _rule(r"yandex\.(\w+)/map-widget/v1/[^?]*\?(.+)", r"https://yandex.\1/maps/?\2"),
)
# The other way round, and from the addresses of Flash.
_PLAYERS = (
    _rule(
        _YOUTUBE_HOST + rf"(?:watch/?\?(?:.*&)?v=|(?:v|e|shorts|live)/){_ID}",
        r"https://www.youtube.com/embed/\1",
    ),
    _rule(rf"youtu\.be/{_ID}", r"https://www.youtube.com/embed/\1"),
    _rule(_YOUTUBE_HOST + rf"playlist\?(?:.*&)?list={_ID}", r"https://www.youtube.com/embed/videoseries?list=\1"),
    _rule(r"(?:www\.)?vimeo\.com/(?:channels/\w+/)?(\d+)/(\w+)", r"https://player.vimeo.com/video/\1?h=\2"),
    _rule(r"(?:www\.)?vimeo\.com/(?:channels/\w+/)?(\d+)", r"https://player.vimeo.com/video/\1"),
    _rule(r"(?:www\.)?vimeo\.com/moogaloop\.swf\?(?:.*&)?clip_id=(\d+)", r"https://player.vimeo.com/video/\1"),
    _rule(r"(?:www\.)?dailymotion\.com/(?:swf/)?(?:video/)?(x\w+)", r"https://www.dailymotion.com/embed/video/\1"),
    _rule(r"dai\.ly/(\w+)", r"https://www.dailymotion.com/embed/video/\1"),
    _rule(r"(?:videopress\.com/v|v\.wordpress\.com)/(\w+)", r"https://videopress.com/embed/\1"),
    _rule(r"open\.spotify\.com/((?:track|album|episode|show|playlist)/\w+)", r"https://open.spotify.com/embed/\1"),
)  # fmt: skip

_GOOGLE_MAP = regex.compile(_HTTP + r"(?:www\.|maps\.)?google\.[a-z.]+/maps\b")
_NUMBER = r"(-?\d{1,3}(?:\.\d+)?)"
_CENTRE = regex.compile(rf"!2d{_NUMBER}!3d{_NUMBER}")
_STREET_VIEW = regex.compile(rf"!2m2!1d{_NUMBER}!2d{_NUMBER}")
_PLACE = regex.compile(r"!1s0x[^!]*!2s([^!]+)")
# Parameters of the Maps Embed API (https://developers.google.com/maps/documentation/embed/embedding-map).
_PLACE_PARAMETERS = ("q", "query", "destination", "center", "location", "ll")
_OSM = regex.compile(_HTTP + r"(?:www\.)?openstreetmap\.org/export/embed\.html")
# Viewers that show a file in a frame: the parameter that holds its address.
_VIEWERS = {
    "docs.google.com/gview": "url",
    "docs.google.com/viewer": "url",
    "drive.google.com/viewer": "url",
    "view.officeapps.live.com/op/embed.aspx": "src",
}


def find_page(address: str) -> EmbedPage:
    """Return the page of what the frame at `address` shows; the address itself where no rule is known."""
    for rule in _PAGES:
        if match := rule.address.match(address):
            return EmbedPage(match.expand(rule.target), match.expand(rule.picture))
    if address.startswith("https://w.soundcloud.com/player/"):
        return EmbedPage(make_absolute(_read_parameters(address).get("url", ""), "") or address)
    for find in _FINDERS:
        if page := find(address):
            return page
    return EmbedPage(address)


def find_player(address: str) -> str:
    """Return the address of a frame that plays what stands at `address`; empty where none is known.

    `address` is of a page, of a frame, or of a film in Flash.
    """
    if address.startswith("//"):
        address = f"https:{address}"
    if policy.is_embed(address):
        return address
    for rule in _PLAYERS:
        if match := rule.address.match(address):
            return match.expand(rule.target)
    return ""


def make_map_address(place: str) -> str:
    """Return the address of a map of `place`, a name or 'latitude,longitude'
    (https://developers.google.com/maps/documentation/urls/get-started).
    """
    return "https://www.google.com/maps?" + urlencode({"q": place}, safe=",")


def name_file(address: str) -> str:
    """Return the name of the file at `address`, or its host where the path has none."""
    parts = urlsplit(address)
    return unquote(parts.path.rpartition("/")[2]) or parts.netloc.removeprefix("www.")


def _read_parameters(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def _find_google_map(address: str) -> EmbedPage | None:
    """Return the page of a map whose address only works in a frame; without the site's key."""
    if not _GOOGLE_MAP.match(address):
        return None
    parameters = _read_parameters(address)
    code = parameters.get("pb", "")
    name = _PLACE.search(code)
    place = unquote_plus(name[1]).strip() if name else ""
    if match := _STREET_VIEW.search(code):
        return EmbedPage(make_map_address(f"{match[1]},{match[2]}"), name=place or "google.com/maps")
    if match := _CENTRE.search(code):
        return EmbedPage(make_map_address(f"{match[2]},{match[1]}"), name=place or "google.com/maps")
    if place:
        return EmbedPage(make_map_address(place), name=place)
    if "/maps/embed/v1/" in address or parameters.get("output") in ("embed", "svembed"):
        place = next((parameters[name] for name in _PLACE_PARAMETERS if parameters.get(name)), "")
        if place.startswith("place_id:"):
            address = "https://www.google.com/maps/place/?" + urlencode({"q": place}, safe=":")
            return EmbedPage(address, name="google.com/maps")
        address = make_map_address(place) if place else "https://www.google.com/maps"
        return EmbedPage(address, name=place or "google.com/maps")
    return None


def _find_open_street_map(address: str) -> EmbedPage | None:
    if not _OSM.match(address):
        return None
    parameters = _read_parameters(address)
    latitude, _, longitude = parameters.get("marker", "").partition(",")
    sides = parameters.get("bbox", "").split(",")
    query = {"mlat": latitude, "mlon": longitude} if longitude else {}
    if not query and len(sides) == 4:
        query = dict(zip(("minlon", "minlat", "maxlon", "maxlat"), sides, strict=True))
    address = "https://www.openstreetmap.org/" + (f"?{urlencode(query)}" if query else "")
    return EmbedPage(address, name="openstreetmap.org")


def _find_viewed_file(address: str) -> EmbedPage | None:
    parts = urlsplit(address)
    name = _VIEWERS.get(f"{parts.netloc}{parts.path}")
    file = make_absolute(_read_parameters(address).get(name, ""), "") if name else ""
    return EmbedPage(file, name=name_file(file)) if file else None


_FINDERS: tuple[Callable[[str], EmbedPage | None], ...] = (
    _find_google_map,
    _find_open_street_map,
    _find_viewed_file,
)
