"""Notices written by rule for measuring: seeded templates of our own wording, with the facts that they state."""
