"""A run from start to finish: prepare, train, load, evaluate, its folder, and whether it is still current."""
