"""What is computed of a post before it is stored."""

import hashlib
import json
from dataclasses import astuple, replace

from conftest import SAMPLES
from feedsvc.clean.post import clean_post
from feedsvc.model import Enclosure, Image
from feedsvc.store.prepared import prepare_post
from feedsvc.wordpress.parse import parse_post


def test_a_digest_is_of_all_that_a_post_has() -> None:
    """It is stored: with another all posts would be written again."""
    items = json.loads(SAMPLES.read_text("utf-8"))
    posts = [clean_post(source) for item in items if (source := parse_post(item))]
    posts.append(
        replace(
            posts[0],
            image=Image("https://a.example/1.jpg", width=3),
            enclosures=(Enclosure("https://a.example/1.mp3", "audio/mpeg", 7),),
        )
    )
    for post in posts:
        assert prepare_post(post).digest == hashlib.sha256(repr(astuple(post)).encode()).digest()
