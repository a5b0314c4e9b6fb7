"""Other people's networks: what their files hold, read without their frameworks, as networks of ours with equal numbers."""
