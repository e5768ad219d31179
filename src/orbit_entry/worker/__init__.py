"""The worker: periodic jobs that bring the outside machines to the recorded state."""
