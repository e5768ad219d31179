"""Rewards for bringing somebody who pays."""
