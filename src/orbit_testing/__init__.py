"""Contracts, samples and Hypothesis strategies for those who write an adapter: `orbit-vpn[testing]`."""
