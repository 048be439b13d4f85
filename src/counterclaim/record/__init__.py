"""The nouns and pure rules: no file, clock, network, randomness or framework."""
