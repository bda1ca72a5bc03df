"""Domain lexicon, vectors, search index, relevance."""
