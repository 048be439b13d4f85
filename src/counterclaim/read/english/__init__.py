"""How English says who said what."""
