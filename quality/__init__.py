"""What must hold before anything is published, and the report verifier."""
