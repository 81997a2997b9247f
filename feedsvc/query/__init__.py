"""What a reader asks for: the topic language, the query string, conditions. Pure."""
