"""What a report is judged by: stored texts, records and bars, and the verifier's own words and units."""
