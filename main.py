"""Start the Gradient Flow Explorer from a checkout: ``python main.py --help``."""

from explorer.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
