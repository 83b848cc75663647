"""The verbs that a question puts before its subject: "is", "did", "could"."""

from __future__ import annotations

from temadapter.descriptions.english.inflection import Form

BE = ("is", "are", "was", "were")
DO_FORMS: dict[str, Form] = {"do": "base", "does": "third", "did": "past"}
DO = tuple(DO_FORMS)
HAVE = ("has", "have", "had")
MODALS = ("can", "could", "will", "would", "should", "may", "might", "must", "shall")
AUXILIARIES = (*BE, *DO, *HAVE, *MODALS)
