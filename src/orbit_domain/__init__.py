"""The rules of the shop: pure Python, standard library only."""
