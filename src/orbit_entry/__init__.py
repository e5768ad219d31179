"""The doors: parse what comes in, call one verb, show what came out."""
