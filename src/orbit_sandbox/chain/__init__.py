"""A simulated TON chain and a stand-in for its index, toncenter v3."""
