"""Pull: from a site's REST API into the store. Knows nothing of feeds."""
