"""Cleaned knowledge records: documents, clauses, slices, mentions, policy facts, market moves."""
