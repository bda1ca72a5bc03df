"""The web front door: the OpenAI-compatible gateway and the page about the models."""
