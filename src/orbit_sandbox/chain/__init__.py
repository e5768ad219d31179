"""A simulated TON chain and a simulator of its indexer, toncenter v3."""
