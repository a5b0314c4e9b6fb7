"""What theory says of wide random networks, to be held beside what a network of some units does."""
