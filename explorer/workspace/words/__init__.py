"""Numbers and words as people read and write them."""
