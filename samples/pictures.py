"""The pictures of the sample posts: draws them, and gives the posts their addresses.

    python samples/pictures.py http://127.0.0.1:8000/   prints posts.json with the pictures served there
    python samples/pictures.py --draw                   draws them anew, into feedsvc/publish/static

No site is behind the sample posts, so the pictures that they name are nowhere; those of the same names that
feedsvc serves beside its style sheet are.
"""

import re
import sys
from pathlib import Path

SAMPLES = Path(__file__).parent
STATIC = SAMPLES.parent / "feedsvc" / "publish" / "static"
NAMES = (
    *("brightfen-islands", "frame", "mango-cart", "painting", "paper-vat", "rib-splitting"),
    *("shiling-roofs", "umbrella-yard"),
)

_FILM = re.compile(r"https://www\.youtube\.com/embed/\w+\?[\w=&]*")
_ADDRESS = re.compile(
    r"(?:(?:https:)?//newsroom\.example/|(?:\.\./)+|/)wp-content/uploads/[\d/]+/([a-z-]+)(?:-\d+x\d+)?\.jpg"
)


def draw(name: str) -> str:
    """Return a picture as SVG: a sky, a sun and three hills, coloured and placed by its name."""
    seed = sum(map(ord, name))
    hue = seed * 47 % 360
    hills = "".join(
        f'<path fill="hsl({hue + 12 * row},45%,{58 - 14 * row}%)" d="M0 {top}Q{left} {top - 34} 160 {top}'
        f'T320 {top}V180H0Z"/>'
        for row, (top, left) in enumerate((95 + 28 * row, 40 + seed * (row + 3) % 90) for row in range(3))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" width="320" height="180">'
        f"<title>{name.replace('-', ' ')}</title>"
        f'<rect width="320" height="180" fill="hsl({hue + 150},60%,86%)"/>'
        f'<circle cx="{60 + seed % 200}" cy="50" r="24" fill="hsl(42,90%,70%)"/>{hills}</svg>\n'
    )


def name_pictures(posts: str, address: str) -> str:
    """Return the text of posts.json with the pictures that the service at `address` has."""
    named = _ADDRESS.sub(lambda match: f"{address}static/sample-{match[1]}.svg", posts)
    # A film of that host would bring a picture from there, and there is no such film.
    named = re.sub(
        r"https://www\.youtube\.com/embed/\w+\?[\w=&]*", "https://player.vimeo.com/video/1", named
    )
    return named.replace('"image/jpeg"', '"image/svg+xml"')


if __name__ == "__main__":
    if sys.argv[1:] == ["--draw"]:
        for each in NAMES:
            (STATIC / f"sample-{each}.svg").write_text(draw(each), "utf-8")
    else:
        sys.stdout.write(name_pictures((SAMPLES / "posts.json").read_text("utf-8"), sys.argv[1]))
