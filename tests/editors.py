"""Those who write on a site: they publish, schedule, repeat, edit, move, protect, remove and rename."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from fake_wordpress import START, FakeWordPress, wp_time

POSTS = 110
CATEGORIES, AUTHORS = range(1, 5), range(1, 4)


@dataclass
class Editors:
    """Those who write on the site; `done` is what they have done since `told` was asked for last.

    With `home` and `offset` the addresses, the guids and the seconds of its posts are the site's own,
    beside other sites.
    """

    site: FakeWordPress
    chance: Random
    home: str = ""
    offset: timedelta = timedelta()
    posts: int = POSTS
    newest: int = 0
    minutes: int = 0
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number in CATEGORIES:
            self.site.add_term("categories", number, f"Category {number}", parent=number // 2)
        for number in AUTHORS:
            self.site.add_term("users", number, f"Author {number}")
        for _ in range(self.posts):
            self.publish()

    def change(self) -> None:
        """Do some of what is done on a site, at a later time than all before."""
        ways = (self.publish, self.go_live, self.back_date, self.repeat, self.repeat_in_part, self.edit,
                self.move, self.protect, self.remove, self.rename)  # fmt: skip
        for way in self.chance.choices(ways, k=self.chance.randint(1, 3)):
            self.done.append(f"{way.__name__} {way()}")

    def told(self) -> str:
        told, self.done = self.done, []
        return ", ".join(told) or "as it was"

    def publish(self, **changes: object) -> int:
        self.newest += 1
        given: dict[str, Any] = {"content": content(self._text()), "modified_gmt": self._now(), **changes}
        given.setdefault("date_gmt", wp_time(START + timedelta(hours=self.newest) + self.offset))
        if self.home:
            given["link"] = f"{self.home}{self.newest}/"
            given["guid"] = {"rendered": f"{self.home}?p={self.newest}"}
        author = self.chance.choice(AUTHORS)
        self.site.add(self.newest, categories=self._categories(), author=author, **given)
        return self.newest

    def go_live(self) -> int:
        """Publish what was scheduled, which was modified long before."""
        return self.publish(modified_gmt=wp_time(START))

    def back_date(self) -> int:
        return self.publish(date_gmt=wp_time(self._any_time()))

    def repeat(self) -> int:
        original = self.site.posts[self._any()]
        return self.publish(title=original["title"]["rendered"], content=original["content"])

    def repeat_in_part(self) -> int:
        original = self.site.posts[self._any()]
        words = original["content"]["rendered"].split()
        shorter = " ".join(words[: len(words) * 3 // 4])
        return self.publish(title=original["title"]["rendered"], content=content(shorter))

    def edit(self) -> int:
        return self._change(content=content(self._text()))

    def move(self) -> int:
        return self._change(categories=self._categories())

    def protect(self) -> int:
        return self._change(content={"rendered": "", "protected": True})

    def remove(self) -> int:
        post_id = self._any()
        del self.site.posts[post_id]
        return post_id

    def rename(self) -> str:
        route = self.chance.choice(["categories", "users"])
        term_id = self.chance.choice(list(self.site.terms[route]))
        name = f"Renamed at {self._now()}"
        self.site.terms[route][term_id] |= {"name": name, "slug": name.lower().replace(" ", "-")}
        return f"{route} {term_id}"

    def _change(self, **changes: object) -> int:
        post_id = self._any()
        self.site.posts[post_id] |= {"modified_gmt": self._now(), **changes}
        return post_id

    def _any_time(self) -> datetime:
        return START + timedelta(hours=self.chance.randint(1, self.posts)) + self.offset

    def _any(self) -> int:
        return self.chance.choice(list(self.site.posts))

    def _categories(self) -> list[int]:
        return sorted(self.chance.sample(CATEGORIES, self.chance.randint(0, 2)))

    def _text(self) -> str:
        words = ("".join(self.chance.choices("aeioubcdfglmnprst", k=6)) for _ in range(40))
        return " ".join(words)

    def _now(self) -> str:
        self.minutes += 1
        return wp_time(START + timedelta(days=30, minutes=self.minutes))


def content(text: str) -> dict[str, object]:
    return {"rendered": text, "protected": False}
