"""The controls: each panel shows what the exploration says, emits what the person changes, and keeps nothing."""
