"""A model's sentences over evidence: each is judged as a report's sentence is, and where one does not hold, the quotes stand."""
