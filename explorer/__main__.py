"""Start the Gradient Flow Explorer: ``python -m explorer --help``."""

if __name__ == "__main__":
    try:
        from explorer.start import main

        status = main()
    except KeyboardInterrupt:
        status = 130
    raise SystemExit(status)
