"""Whether a picture is a copy of a held one, through crops, captions, mirrors and screenshots; never who came first."""
