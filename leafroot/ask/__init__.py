"""Questions in people's words, answered from the stages' query modules."""
