"""The roof: accounts, routes and templates over the desk's verbs."""
