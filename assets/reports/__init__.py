"""Report drafts: evidence, claims, viewpoints, writing, rendering."""
