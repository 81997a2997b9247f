"""Publish: from the store to readers. Makes no outbound request."""
