"""What a run is given: settings, presets, and the one place that parses them."""
