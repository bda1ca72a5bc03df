"""What the vector store does with a LanceDB table: filters, channels of a search, indexes, one writer at a time."""
