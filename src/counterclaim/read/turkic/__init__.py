"""How Azerbaijani and Turkish say who said what: one grammar, two sets of words."""
