"""Engines that write text and tags; the embedded extractive engine is the default."""
