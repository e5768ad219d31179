"""The journal of requests: what customers have asked for since the last backup."""
