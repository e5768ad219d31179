"""What each command and button does: one tap in, one verb, one screen out."""
