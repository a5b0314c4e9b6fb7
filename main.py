"""Start the Gradient Flow Explorer from a checkout: ``python main.py --help``."""

if __name__ == "__main__":
    try:
        from explorer.start import main

        status = main()
    except KeyboardInterrupt:
        status = 130
    raise SystemExit(status)
