"""The user's desk: what can be changed, how it is kept, and what is worked out of it. No Qt."""
