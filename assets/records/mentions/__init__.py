"""Mentions: products, contracts, institutions, persons, figures and dates that a text names."""
