"""Alerts: what somebody should look at, told once to the people who asked for it."""
