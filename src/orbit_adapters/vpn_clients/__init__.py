"""The VPN clients that customers use: how they are recognised, what they read, and the links that open them."""
