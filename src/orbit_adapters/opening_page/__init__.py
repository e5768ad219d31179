"""The page that a browser gets at a subscription link: it opens the right app in one tap."""
