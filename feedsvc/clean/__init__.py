"""A post as WordPress gave it → a post fit to publish. Pure; the HTML policy stands here."""
