"""The handlers of commands and buttons: one tap in, one use case, one screen out."""
