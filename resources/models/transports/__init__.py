"""Transports: one attempt at one OpenAI-compatible endpoint; nothing here retries, chooses or remembers."""
