"""Small faults put into a copy of the package, each with the test that must notice it: `python -m mutants`."""
