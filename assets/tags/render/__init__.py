"""How a tag tree is shown: page, picture, graph files."""
