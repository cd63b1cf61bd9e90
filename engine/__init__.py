"""How this project uses Temporal: ids, search attributes, data conversion, interceptors, connection, dev server."""
