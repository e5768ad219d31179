"""Pictures of figures, drawn by matplotlib."""
