"""Tag hierarchies grown from the leaf (a text slice) to the root."""
