"""A real WordPress for tests: Debian's package, on PHP's built-in server, with its own database."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NotRequired, Self, TypedDict, Unpack

PACKAGE = Path("/usr/share/wordpress")
TITLE = "Test Newsroom"
TIMEZONE = "Asia/Bangkok"
PRETTY_PERMALINKS = "/%year%/%monthnum%/%postname%/"

_COMMAND = Path(__file__).with_name("wordpress_command.php")
_APT_GET = "apt-get install -y --no-install-recommends"
_PHP_PACKAGES = "wordpress php-cli php-mysql"
_START_ATTEMPTS = 5
_START_SECONDS = 20
_COMMAND_SECONDS = 300

_CONFIG = """<?php
define('DB_NAME', {database});
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', {host});
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $kind) {{
    define("{{$kind}}_KEY", {secret} . $kind);
    define("{{$kind}}_SALT", $kind . {secret});
}}
define('WP_DEBUG', false);
define('WP_DEBUG_DISPLAY', false);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEFAULT_THEME', 'newsroom');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {{
    define('ABSPATH', __DIR__ . '/');
}}
require_once ABSPATH . 'wp-settings.php';
"""

# What Apache does for WordPress: it serves files, and with pretty permalinks hands over the rest.
_ROUTER = """<?php
function feedsvc_served_by_php(string $folder, bool $pretty): bool
{{
    [$path] = explode('?', $_SERVER['REQUEST_URI'], 2);
    $path = rawurldecode($path);
    $file = $_SERVER['DOCUMENT_ROOT'] . $path;
    $hidden = str_contains($path, '/.');
    if (!$hidden && is_file("$file/index.php")) {{
        if (str_ends_with($path, '/')) {{
            return true;
        }}
        http_response_code(301);
        header('Location: ' . preg_replace('/(?=[?]|$)/', '/', $_SERVER['REQUEST_URI'], 1));
        exit;
    }}
    if (!$hidden && is_file(preg_replace('~[.]php/.*~s', '.php', $file))) {{
        return true;
    }}
    if ($hidden || !$pretty || !str_starts_with($path, "$folder/")) {{
        http_response_code(404);
        exit('Not Found');
    }}
    $_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = "$folder/index.php";
    $_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . "$folder/index.php";
    unset($_SERVER['PATH_INFO']);
    return false;
}}

if (feedsvc_served_by_php({folder}, {pretty})) {{
    return false;
}}
chdir(dirname($_SERVER['SCRIPT_FILENAME']));
require $_SERVER['SCRIPT_FILENAME'];
"""

# Debian packages the themes apart from WordPress, and without one every page is empty.
_THEME = {
    "style.css": "/*\nTheme Name: Newsroom\n*/\n",
    "functions.php": """<?php
add_theme_support('title-tag');
add_theme_support('automatic-feed-links');
add_theme_support('post-thumbnails');
""",
    "index.php": """<!DOCTYPE html>
<html <?php language_attributes(); ?>>
<head><meta charset="<?php bloginfo('charset'); ?>"><?php wp_head(); ?></head>
<body <?php body_class(); ?>>
<?php while (have_posts()) : the_post(); ?>
<article <?php post_class(); ?>>
<h1><a href="<?php the_permalink(); ?>"><?php the_title(); ?></a></h1>
<?php the_content(); ?>
</article>
<?php endwhile; wp_footer(); ?>
</body>
</html>
""",
}


class WordPressError(RuntimeError):
    """WordPress, its server or its database did not do what a test asked for."""


class PostChanges(TypedDict, total=False):
    """The fields of a post that `WordPress.update_post` may change."""

    title: str
    content: str
    excerpt: str
    categories: Sequence[int]
    tags: Sequence[int]
    author: int | None
    date_gmt: datetime | None
    status: str
    password: str
    slug: str


class NewPost(TypedDict):
    """One post for `WordPress.create_posts`: the arguments of `WordPress.create_post`."""

    title: str
    content: str
    excerpt: NotRequired[str]
    categories: NotRequired[Sequence[int]]
    tags: NotRequired[Sequence[int]]
    author: NotRequired[int | None]
    date_gmt: NotRequired[datetime | None]
    modified_gmt: NotRequired[datetime | None]
    status: NotRequired[str]
    password: NotRequired[str]
    slug: NotRequired[str]


@cache
def missing() -> str | None:
    """Return what this machine lacks for a real WordPress.

    Gives None when everything is there, or else one sentence that names the lacking piece and how
    to get it. MariaDB is looked for at 127.0.0.1:3306, or at FEEDSVC_TEST_MARIADB=host:port.
    """
    if shutil.which("php") is None:
        return f"A real WordPress needs php: {_APT_GET} {_PHP_PACKAGES}"
    extensions = subprocess.run(
        ["php", "-m"], capture_output=True, text=True, check=False, timeout=_START_SECONDS
    )
    if "mysqli" not in extensions.stdout.split():
        return f"A real WordPress needs php-mysql: {_APT_GET} {_PHP_PACKAGES}"
    if not (PACKAGE / "wp-includes" / "version.php").is_file():
        return f"A real WordPress needs Debian's wordpress in {PACKAGE}: {_APT_GET} {_PHP_PACKAGES}"
    host, port = _mariadb()
    try:
        _run_php("ping", {"host": host, "port": port})
    except WordPressError as wrong:
        return (
            f"A real WordPress needs MariaDB at {host}:{port} (or FEEDSVC_TEST_MARIADB=host:port) "
            f"that lets root in without a password ({wrong}): {_APT_GET} mariadb-server"
        )
    return None


class WordPress:
    """A freshly installed WordPress of one's own, there for as long as the `with` block.

    Takes `root`, the folder to be served, which is made when it is not there; `permalinks`,
    "pretty" for addresses such as /2024/05/some-title/ and /wp-json/ or "plain" for a server that
    knows only files, so that the REST API is at index.php?rest_route=/; and `folder`, the folder
    under `root` that WordPress is in, "" for `root` itself.

    Inside the block `url` is the address of the site, with a slash at its end, `version` is
    WordPress's version and `path` the folder WordPress is in. The one user is "admin" (id 1), whose
    password is "admin"; the one category is "Uncategorized"; there are no posts, pages or comments.
    """

    url: str
    version: str

    def __init__(
        self, root: Path, permalinks: Literal["pretty", "plain"] = "pretty", folder: str = ""
    ) -> None:
        """Take the settings of the site; nothing is started before the `with` block."""
        self.root = root.resolve()
        self.permalinks = permalinks
        self.folder = folder.strip("/")
        self.path = self.root / self.folder
        self._host, self._port = _mariadb()
        self._database = f"feedsvc_test_{secrets.token_hex(8)}"
        self._copy_name = f"{self._database}_copy"
        self._private = self.root / ".harness"
        self._log = self._private / "server.log"
        self._compiled = self._private / "compiled"
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Install WordPress and start its server; a failure tells what the server logged."""
        with ExitStack() as stack:
            try:
                if (self.path / "wp-includes").exists():
                    raise WordPressError(f"{self.path} holds a WordPress already")
                for bulk in ("wp-admin", "wp-includes"):
                    stack.callback(shutil.rmtree, self.path / bulk, ignore_errors=True)
                self._copy()
                database = {"host": self._host, "port": self._port, "name": self._database}
                _run_php("create_database", database)
                stack.callback(_run_php, "drop_database", database)
                stack.callback(_run_php, "drop_database", {**database, "name": self._copy_name})
                self._configure()
                server, port = self._start_server()
                stack.callback(_stop_group, server)
                self.url = f"http://127.0.0.1:{port}/" + (f"{self.folder}/" if self.folder else "")
                self.version = self._run(
                    "install",
                    title=TITLE,
                    timezone=TIMEZONE,
                    permalink_structure=PRETTY_PERMALINKS if self.permalinks == "pretty" else "",
                )
                self._check_rest()
            except (OSError, ValueError, WordPressError, subprocess.SubprocessError) as wrong:
                raise WordPressError(
                    f"WordPress did not start: {wrong}\nIts server logged:\n{self.server_log()}"
                ) from wrong
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server, drop the database and remove WordPress's code.

        What is the site's own, such as its log and wp-content, stays in `root`.
        """
        self._stack.close()

    def server_log(self) -> str:
        """Return what PHP's server has logged: requests, and PHP's warnings and errors."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def create_category(self, name: str, slug: str | None = None, parent: int | None = None) -> int:
        """Take a category's name, slug and parent category; give the new category's id."""
        return self._create_term("category", name, slug, parent)

    def create_tag(self, name: str, slug: str | None = None) -> int:
        """Take a tag's name and slug; give the new tag's id."""
        return self._create_term("post_tag", name, slug, None)

    def rename_category(self, category_id: int, name: str, slug: str | None = None) -> None:
        """Take a category's id, its new name and its new slug; without a slug it stays."""
        self._change_term("category", category_id, name=name, slug=slug)

    def move_category(self, category_id: int, parent: int) -> None:
        """Take a category's id and that of its new parent, or 0 for none."""
        self._change_term("category", category_id, parent=parent)

    def merge_categories(self, gone: int, into: int) -> None:
        """Delete the category `gone`; its posts get the category `into`, as they stand otherwise."""
        self._run("delete_term", taxonomy="category", id=gone, into=into)

    def rename_tag(self, tag_id: int, name: str, slug: str | None = None) -> None:
        """Take a tag's id, its new name and its new slug; without a slug it stays."""
        self._change_term("post_tag", tag_id, name=name, slug=slug)

    def delete_tag(self, tag_id: int) -> None:
        """Take the id of a tag to be deleted; its posts stay."""
        self._run("delete_term", taxonomy="post_tag", id=tag_id, into=None)

    def create_author(self, login: str, name: str) -> int:
        """Take the login and displayed name of a new editor; give the new user's id."""
        author: int = self._run("create_author", login=login, name=name)
        return author

    def rename_author(self, author_id: int, name: str, slug: str | None = None) -> None:
        """Take a user's id, the new displayed name and the new slug; without a slug it stays."""
        self._run("rename_author", id=author_id, name=name, slug=slug)

    def merge_authors(self, gone: int, into: int) -> None:
        """Delete the user `gone`, whose posts become those of the user `into`, as they stand otherwise."""
        self._run("delete_author", id=gone, into=into)

    def upload_picture(self, name: str, width: int, height: int, alt: str = "") -> tuple[int, str]:
        """Take a file name, a size and an alternative text; give the id and the address of the picture.

        It is black, and WordPress makes its smaller sizes of it as always.
        """
        told = self._run("upload_picture", name=name, width=width, height=height, alt=alt)
        return told["id"], told["url"]

    def create_post(
        self,
        title: str,
        content: str,
        *,
        excerpt: str = "",
        categories: Sequence[int] = (),
        tags: Sequence[int] = (),
        author: int | None = None,
        date_gmt: datetime | None = None,
        modified_gmt: datetime | None = None,
        status: str = "publish",
        password: str = "",
        slug: str = "",
    ) -> int:
        """Take a post as an administrator wrote it; give the new post's id.

        Title, content and excerpt are stored exactly as given. Categories and tags are ids,
        without categories WordPress files the post under "Uncategorized"; the author is "admin"
        unless given. `date_gmt` is the date of publication in any time zone, to the second, and
        becomes the date of modification too, unless `modified_gmt` gives that; without it both are
        now. As always in WordPress, what is published in the future gets the status "future".
        """
        post: NewPost = {
            "title": title,
            "content": content,
            "excerpt": excerpt,
            "categories": categories,
            "tags": tags,
            "author": author,
            "date_gmt": date_gmt,
            "modified_gmt": modified_gmt,
            "status": status,
            "password": password,
            "slug": slug,
        }
        return self.create_posts([post])[0]

    def create_posts(self, posts: Iterable[NewPost]) -> list[int]:
        """Take many posts as `create_post` takes one; give their ids in the same order, or none."""
        ids: list[int] = self._run("create_posts", posts=[_post_fields({**post}) for post in posts])
        return ids

    def update_post(self, post_id: int, **changes: Unpack[PostChanges]) -> None:
        """Take a post's id and the fields to change, which also sets its modification to now.

        Fields that are not given, or given as None, stay as they are; the fields are those of
        `create_post`.
        """
        self._run("update_post", id=post_id, fields=_post_fields({**changes}))

    def publish_scheduled(self, post_id: int, date_gmt: datetime) -> None:
        """Let a post with the status "future" go live as WordPress's timer does, its date having come.

        `date_gmt` becomes its date first, since a test can't wait for it; its modification stays as it is.
        """
        self._run("publish_scheduled", id=post_id, date_gmt=_gmt(date_gmt))

    def set_categories(self, post_id: int, categories: Sequence[int]) -> None:
        """Take a post's id and its new categories, set as plug-ins do: its modification stays as it is."""
        self._run("set_categories", id=post_id, categories=categories)

    def set_permalinks(self, structure: str) -> None:
        """Change the addresses of all posts, on a site made with "pretty" permalinks; "" for plain ones."""
        self._run("set_permalinks", structure=structure)

    def delete_post(self, post_id: int) -> None:
        """Take the id of a post to be deleted for good, past the trash."""
        self._run("delete_post", id=post_id)

    def trash_post(self, post_id: int) -> None:
        """Take the id of a post to be put into the trash."""
        self._run("trash_post", id=post_id)

    @contextmanager
    def plugin(self, code: str) -> Iterator[None]:
        """Run PHP code at the beginning of each request, for as long as the `with` block."""
        folder = self.path / "wp-content" / "mu-plugins"
        folder.mkdir(exist_ok=True)
        file = folder / f"{secrets.token_hex(8)}.php"
        file.write_text(f"<?php\n{code}\n")
        try:
            yield
        finally:
            file.unlink()

    def save(self) -> None:
        """Remember all that the database holds, for `restore`."""
        self._copy_database(self._database, self._copy_name)

    def restore(self) -> None:
        """Bring all that the database holds back to what it was at the last `save`."""
        self._copy_database(self._copy_name, self._database)

    def eval(self, code: str) -> Any:
        """Take PHP code to run as an administrator in WordPress; give the value that it returns.

        The code is a function's body: `return get_option('blogname');`. The value must be one that
        JSON can tell.
        """
        return self._run("eval", code=code)

    def _create_term(self, taxonomy: str, name: str, slug: str | None, parent: int | None) -> int:
        term: int = self._run("create_term", taxonomy=taxonomy, name=name, slug=slug, parent=parent)
        return term

    def _change_term(self, taxonomy: str, term_id: int, **changes: object) -> None:
        self._run("change_term", taxonomy=taxonomy, id=term_id, changes=changes)

    def _copy_database(self, name: str, into: str) -> None:
        _run_php("copy_database", {"host": self._host, "port": self._port, "name": name, "into": into})

    def _run(self, command: str, **args: object) -> Any:
        site = {"path": str(self.path), "url": self.url}
        # Each command is a process of its own: what PHP has compiled is kept for the next.
        kept = [f"opcache.file_cache={self._compiled}", "opcache.file_cache_only=1", "opcache.enable_cli=1"]
        return _run_php(command, args, site, kept)

    def _copy(self) -> None:
        shutil.copytree(
            PACKAGE,
            self.path,
            ignore=shutil.ignore_patterns("wp-config.php", ".htaccess"),
            ignore_dangling_symlinks=True,
            dirs_exist_ok=True,
        )
        theme = self.path / "wp-content" / "themes" / "newsroom"
        theme.mkdir(parents=True, exist_ok=True)
        for name, text in _THEME.items():
            (theme / name).write_text(text)

    def _configure(self) -> None:
        self._compiled.mkdir(parents=True, exist_ok=True)
        (self.path / "wp-config.php").write_text(
            _CONFIG.format(
                database=_php_string(self._database),
                host=_php_string(f"{self._host}:{self._port}"),
                secret=_php_string(secrets.token_hex(32)),
            )
        )
        (self._private / "router.php").write_text(
            _ROUTER.format(
                folder=_php_string(f"/{self.folder}" if self.folder else ""),
                pretty="true" if self.permalinks == "pretty" else "false",
            )
        )

    def _start_server(self) -> tuple[subprocess.Popen[bytes], int]:
        for _ in range(_START_ATTEMPTS):
            port = _free_port()
            with self._log.open("wb") as log:
                server = subprocess.Popen(
                    [
                        *_php("display_errors=0", "log_errors=1"),
                        "-S",
                        f"127.0.0.1:{port}",
                        "-t",
                        str(self.root),
                        str(self._private / "router.php"),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**os.environ, "PHP_CLI_SERVER_WORKERS": "4"},
                    start_new_session=True,
                )
            if _is_listening(server, port):
                return server, port
            _stop_group(server)
        raise WordPressError("PHP's server did not get to listen")

    def _check_rest(self) -> None:
        answer = _get(f"{self.url}index.php?rest_route=/")
        if self.permalinks == "pretty":
            answer = _get(f"{self.url}wp-json/")
        if json.loads(answer).get("name") != TITLE:
            raise WordPressError(f"the REST API answered {answer[:500]!r}")


def _mariadb() -> tuple[str, int]:
    host, _, port = os.environ.get("FEEDSVC_TEST_MARIADB", "127.0.0.1:3306").partition(":")
    return host, int(port or 3306)


def _php(*settings: str) -> list[str]:
    # No mail leaves the machine, and nothing but the answer is on stdout.
    arguments = ["php", "-d", "sendmail_path=/bin/true", "-d", "html_errors=0"]
    for setting in settings:
        arguments += ["-d", setting]
    return arguments


def _run_php(
    command: str, args: object, site: dict[str, str] | None = None, settings: Iterable[str] = ()
) -> Any:
    request = json.dumps({"command": command, "args": args, "site": site})
    done = subprocess.run(
        [*_php("display_errors=stderr", "log_errors=0", *settings), str(_COMMAND)],
        input=request,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=_COMMAND_SECONDS,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {"error": f"php ended with {done.returncode} and said {done.stdout[:500]!r}"}
    if "error" in answer:
        said = f"\n{done.stderr.strip()}" if done.stderr.strip() else ""
        raise WordPressError(f"{command}: {answer['error']}{said}")
    return answer["value"]


def _post_fields(post: dict[str, object]) -> dict[str, object]:
    return {name: _gmt(value) if isinstance(value, datetime) else value for name, value in post.items()}


def _gmt(date: datetime) -> str:
    if date.tzinfo is None:
        raise ValueError(f"the date {date} needs a time zone")
    return date.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _php_string(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _is_listening(server: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return server.poll() is None
    return False


def _stop_group(server: subprocess.Popen[bytes]) -> None:
    # The server leads its own session, so its process group is its workers and nothing else.
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, how)
        except ProcessLookupError:
            break
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            continue
    server.wait(timeout=5)


def _get(url: str) -> bytes:
    # Not through a proxy, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_START_SECONDS) as response:
            body: bytes = response.read()
            return body
    except urllib.error.HTTPError as wrong:
        with wrong:
            told = wrong.read()[:500]
        raise WordPressError(f"{url} answered {wrong.code}: {told!r}") from wrong
