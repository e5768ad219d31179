"""What we owe someone to hear: facts, no words."""
