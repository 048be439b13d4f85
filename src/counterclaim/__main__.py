"""`python -m counterclaim` is the command line."""

from counterclaim.cli.main import run

run()
