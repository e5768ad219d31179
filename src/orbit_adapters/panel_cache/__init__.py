"""Caches node readings in front of any panel."""
