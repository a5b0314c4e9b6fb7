"""The window: where everything stands, menus, keys, documents, preferences."""
