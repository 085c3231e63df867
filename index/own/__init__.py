"""The seller's own documents: which files they are, and their way into the index."""
