"""Russian: names, who speaks, quotations and acts of speech, by rules and cue words."""
