"""The feature store, the extraction that fills it, and the cache of text features."""
