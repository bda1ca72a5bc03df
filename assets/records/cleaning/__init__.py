"""Cleaning with a conscience: what is wrong with a text is reported, and mended only in a view of it."""
