"""A WordPress site as it is asked, over HTTP: its REST API, and what each object of it says."""
