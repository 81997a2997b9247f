"""feedsvc: clean feeds from the REST API of WordPress sites."""

__version__ = "0.4.0"
