"""Making `mini`, the bundled backbone."""
