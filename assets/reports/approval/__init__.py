"""What people do to reports: edit, approve, withhold; the chain of audit entries; what readers see of it."""
