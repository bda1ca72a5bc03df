"""How a level of a tag tree is found: units, facets, groups, labels and identities."""
