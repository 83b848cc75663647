"""Questions about videos: what one is, how benchmarks and the user's own files are read, splits by video."""
