"""What keeps a home in order by itself."""
