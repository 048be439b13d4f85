"""What a text says happened: its cues, whether it is told as happened, who took part, and where."""
