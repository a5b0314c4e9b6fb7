"""What stands where in the window, and what of it folds where there is no room."""
