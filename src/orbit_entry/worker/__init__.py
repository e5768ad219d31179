"""The background door: loops that bring the world to the recorded state."""
