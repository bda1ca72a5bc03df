"""Clauses: how rulebooks are cut into articles, numbered clauses and paragraphs."""
