"""The web application alone: for `gunicorn feedsvc.wsgi`, `flask --app feedsvc.wsgi` and the like.

Importing it reads config.toml and the environment. No site is pulled: `feedsvc worker` does that, or cron.
"""

import sys

from flask import Flask

from feedsvc.config import check_settings, load_settings
from feedsvc.connect_store import connect_store
from feedsvc.errors import FeedsvcError
from feedsvc.publish.context import EXTENSION
from feedsvc.publish.warm import WarmAnswers
from feedsvc.publish.web import create_app

_STATUS_FAILED_TO_BOOT = 3  # with which gunicorn ends, instead of starting a worker again and again


def make_wsgi_app() -> Flask:
    """Return the application that the settings ask for, with prepared answers in front.

    Raises ConfigError with every mistake of the settings.
    """
    settings = load_settings()
    check_settings(settings)
    database = connect_store(settings)
    database.prepare()
    database.close()  # nothing that is open may cross a fork that follows
    flask_app = create_app(settings, database)
    answers = WarmAnswers(flask_app.wsgi_app, flask_app.extensions[EXTENSION])
    flask_app.wsgi_app = answers  # type: ignore[method-assign]  # as Flask's documentation does
    return flask_app


try:
    app = application = make_wsgi_app()
except FeedsvcError as error:
    print("\n".join(f"feedsvc: {line}" for line in str(error).splitlines()), file=sys.stderr)
    sys.exit(_STATUS_FAILED_TO_BOOT)
