"""The calls of ``test_apigateway_api``, a module a kind of thing."""
