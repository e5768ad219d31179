"""What each port promises, as pytest classes that any adapter can be held to."""
