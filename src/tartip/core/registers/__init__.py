"""Record and register: what the state keeps, and the list of all it keeps."""
