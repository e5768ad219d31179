"""What customers see: pure functions from facts to a screen, one topic a module."""
