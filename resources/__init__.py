"""The world outside: settings, the store, vectors, models, errors."""
