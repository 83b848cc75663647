"""What the command line does, as functions: `temadapter.extract`, `train`, `evaluate`, `compare`, `describe`."""
