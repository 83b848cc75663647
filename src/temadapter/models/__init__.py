"""The networks: Temporal Aligner, Semantic Aligner and Tem-Adapter. Pure modules: no files, no tokens."""
