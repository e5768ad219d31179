"""The checks of `orbit doctor`."""
