"""Which documents are about a subject: rules and keywords first, then a model trained on people's labels."""
