"""What stands around a parser of untrusted bytes: the worker, its children, what they may ask, take and reach for."""
