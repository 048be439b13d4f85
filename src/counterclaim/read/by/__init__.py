"""The built-in readers; each stands alone and knows no other."""
