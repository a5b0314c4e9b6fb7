"""The views: one file each; none knows another."""
