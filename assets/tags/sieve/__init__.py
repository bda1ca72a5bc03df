"""Where relevance meets the trees: which documents a tree may grow from."""
