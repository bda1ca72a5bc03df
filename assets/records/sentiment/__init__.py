"""Sentiment: how a slice, and what it says of each thing that it names, sounds to a reader of the market."""
