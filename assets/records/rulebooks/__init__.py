"""Rulebooks as wholes: titles, versions and days, names and repeals, and what a look-up says of them."""
