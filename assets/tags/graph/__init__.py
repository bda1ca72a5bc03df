"""The knowledge graph: what all stages know, as nodes, and edges that each lead back to a sentence."""
