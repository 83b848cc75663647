"""What the command line does, as functions: one file per call, named as the command; `temadapter` exports them all."""
