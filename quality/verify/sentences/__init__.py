"""Judges the words of one sentence: excerpts, the frames around them, computed statements, and what is left."""
