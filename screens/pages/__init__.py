"""One page a View: a Python file that fills it in and a .kv file that lays it out."""
