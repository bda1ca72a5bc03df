"""Is the index as good as it was: questions from the home itself, their scores, and the gate."""
