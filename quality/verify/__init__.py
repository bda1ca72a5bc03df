"""The report verifier: own code, own parsing; it shares nothing with the writer."""
