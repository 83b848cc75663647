"""From a moment of the simulation to a picture."""
