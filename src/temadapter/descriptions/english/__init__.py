"""Sentence rules know English through these files: word classes, inflection, noun phrases, clauses."""
