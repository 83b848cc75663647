"""Every picture the project draws, from results alone."""
