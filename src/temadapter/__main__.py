"""`python -m temadapter`: the command, for launchers that start a module (torchrun)."""

import sys

from temadapter.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
