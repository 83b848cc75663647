"""The command line: one file per command, thin. Nothing heavy is imported before a command needs it."""
