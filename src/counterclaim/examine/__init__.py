"""Methods that observe an exhibit and say what they do not show."""
