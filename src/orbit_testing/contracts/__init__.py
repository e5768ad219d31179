"""What each port promises, as pytest classes: subclass one, give it a fixture, and green means it fits."""
