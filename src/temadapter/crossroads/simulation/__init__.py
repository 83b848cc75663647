"""Where everything is at every moment, and what is true of it."""
