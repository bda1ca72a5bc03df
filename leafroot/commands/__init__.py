"""The subcommands, by subject."""
