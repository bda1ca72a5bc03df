"""A tree through time: how it grows on, what became of its tags, and which words are one tag."""
