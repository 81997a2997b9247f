"""What a word is, visible text, what two texts share. Pure."""
