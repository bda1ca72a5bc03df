"""The model operations platform: one gateway in front of every model."""
