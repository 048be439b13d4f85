"""From captured bytes to text with a way back, and which of it is the article."""
