"""Other forms of the same cases, one format a module."""
