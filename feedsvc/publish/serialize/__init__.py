"""A feed → its bytes, a module for each format. formats.py lists them."""
