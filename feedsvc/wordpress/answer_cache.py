"""What is kept of answers between polls: in a file beside the database, or in a Redis that processes share.

It saves requests, and nothing rests on it: where it is away, slow or emptied, the sites are asked.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from requests_cache.backends.base import BaseCache, BaseStorage
from requests_cache.backends.sqlite import SQLiteCache

log = logging.getLogger(__name__)

MAX_AGE = timedelta(days=1)
"""How long an answer is kept: longer than it may be used without asking whether it is still good."""

_NAMESPACE = "feedsvc-http"
_TIMEOUT_SECONDS = 1.0
_PAUSE_SECONDS = 30.0
"""For how long a Redis that failed is left alone: one that never answers costs its time once in that."""


def open_answer_cache(file: Path, redis_url: str | None, *, redis_verify: bool = True) -> BaseCache:
    """Return what keeps answers: the Redis at `redis_url` if there is one, else `file`.

    Without `redis_verify` a Redis that is reached by TLS may have any certificate.
    """
    # As JSON: who can write there must not make us run what it wrote.
    if redis_url:
        return _RedisCache(_share_redis(redis_url, redis_verify))
    return SQLiteCache(str(file), serializer="json", wal=True, busy_timeout=1_000)


class SharedRedis:
    """One Redis, with the connections of this process to it. Every error of its is caught here.

    Where it fails, it has nothing and keeps nothing for `pause_seconds`, which is logged once.
    """

    def __init__(self, url: str, *, verify: bool, pause_seconds: float = _PAUSE_SECONDS) -> None:
        self._url = url
        self._verify = verify
        self._pause_seconds = pause_seconds
        self._redis: Any = None
        self._back_at = 0.0
        self._is_away = False

    def load(self, key: str) -> bytes | None:
        """Return what is kept under a key, None where there is nothing."""
        value = self._ask(lambda redis: redis.get(key))
        return value if isinstance(value, bytes) else None

    def save(self, key: str, value: str | bytes) -> None:
        """Keep `value` under a key, for MAX_AGE at the most."""
        self._ask(lambda redis: redis.set(key, value, ex=MAX_AGE))

    def delete(self, key: str) -> None:
        """Keep nothing under a key."""
        self._ask(lambda redis: redis.delete(key))

    def _ask(self, command: Callable[[Any], object]) -> object:
        if time.monotonic() < self._back_at:
            return None
        try:
            self._redis = self._redis or self._open()
            answer = command(self._redis)
        except Exception as error:  # whatever is wrong there must keep no site from being asked
            self._back_at = time.monotonic() + self._pause_seconds
            if not self._is_away:
                log.warning("%s", _describe(error))
            self._is_away = True
            return None
        if self._is_away:
            log.info("answers are kept in Redis again")
            self._is_away = False
        return answer

    def _open(self) -> object:
        """Return a client, which connects when it is first asked. Raise ValueError for an address with
        options that there are not.
        """
        # Only who uses Redis waits for it to be imported: that takes a tenth of a second.
        from redis import ConnectionPool, Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        options: dict[str, Any] = {
            "socket_timeout": _TIMEOUT_SECONDS,
            "socket_connect_timeout": _TIMEOUT_SECONDS,
            "retry": Retry(NoBackoff(), 1),  # what was idle for long may have been closed
        }
        if self._url.startswith("rediss:") and not self._verify:
            options["ssl_cert_reqs"] = "none"
        return Redis(connection_pool=ConnectionPool.from_url(self._url, **options))


@cache
def _share_redis(url: str, verify: bool) -> SharedRedis:
    """Return the Redis at `url`, the same for all sites."""
    return SharedRedis(url, verify=verify)


def _describe(error: Exception) -> str:
    """Return in one sentence that Redis fails, and what to do; the error has no password in it."""
    advice = "see that it runs, and that REDIS_URL names it"
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        advice = (
            "name the file with that of who has signed it in REDIS_URL, by ?ssl_ca_certs=; where that is "
            "nobody whom one could know, as on Heroku, set redis_verify = false (FEEDSVC_REDIS_VERIFY)"
        )
    told = " ".join(str(error).split())
    return f"Redis fails ({told or type(error).__name__}), so that sites are asked more often: {advice}"


class _RedisCache(BaseCache):
    """Answers in Redis, as requests-cache asks for them. Redis itself forgets what is old."""

    def __init__(self, redis: SharedRedis) -> None:
        super().__init__(cache_name=_NAMESPACE)
        self.responses = _RedisStorage(redis, _NAMESPACE, serializer="json")
        self.redirects = _RedisStorage(redis, f"{_NAMESPACE}-redirects")

    def delete(self, *_keys: str, **_conditions: object) -> None:
        """Tidy up, for which there is nothing to do."""


class _RedisStorage(BaseStorage[str, Any]):
    """Values under names of ours; without a `serializer` they are texts."""

    def __init__(self, redis: SharedRedis, namespace: str, serializer: str | None = None) -> None:
        super().__init__(serializer=serializer)
        self._redis = redis
        self._namespace = namespace

    def __getitem__(self, key: str) -> Any:
        value = self._redis.load(f"{self._namespace}:{key}")
        if value is None:
            raise KeyError(key)
        try:
            kept = self.deserialize(key, value.decode())
        except Exception as error:  # others write there as well, and cattrs raises what it likes
            raise KeyError(key) from error
        # JSON of any kind is read as an answer, where it can be one that has nothing in it.
        if kept is None or (self.serializer and not getattr(kept, "url", "")):
            raise KeyError(key)
        return kept

    def __setitem__(self, key: str, value: Any) -> None:
        self._redis.save(f"{self._namespace}:{key}", self.serialize(value))

    def __delitem__(self, key: str) -> None:
        self._redis.delete(f"{self._namespace}:{key}")

    def __iter__(self) -> Iterator[str]:
        """Yield nothing: all keys of a Redis that others use too are not ours to go through."""
        return iter(())

    def __len__(self) -> int:
        return 0
