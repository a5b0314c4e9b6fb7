"""What weights start as, and what some are fixed to."""
