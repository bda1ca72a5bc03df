"""Outline files, one for each kind of report."""
