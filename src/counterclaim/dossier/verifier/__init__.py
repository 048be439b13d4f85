"""The deliberate second implementation of hashing and proofs, for people without our software."""
