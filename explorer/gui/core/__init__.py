"""The way of a gesture: controller, worker, view, player."""
