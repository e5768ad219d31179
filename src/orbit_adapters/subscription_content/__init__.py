"""What VPN apps read: bodies of each format, words as nodes, and the headers around them."""
