"""The world behind the domain's ports, one folder a technology."""
