"""The control plane of HTTP and WebSocket APIs (API Gateway v2): one file a resource kind.

An API (``region.v2[api_id]``) is what ``state.new_api`` makes: ``info`` (the Api as answered), ``routes``, ``integrations``,
``authorizers`` and ``models`` by id, ``routeResponses`` and ``integrationResponses`` by the id of their owner and then by their own,
``deployments`` by id (as answered, and ``snapshot``: a deep copy of the members in ``state.SNAPSHOT``), ``stages`` by name.
Members have AWS's wire names (camelCase), times are ISO 8601 texts in UTC.
"""
