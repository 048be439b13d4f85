"""The built-in examiners; each stands alone and knows no other."""
