"""What a network is fed: texts, signals, tables of numbers."""
