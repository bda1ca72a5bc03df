"""Raw files come in: lanes, inventory, readers, the sample corpora."""
