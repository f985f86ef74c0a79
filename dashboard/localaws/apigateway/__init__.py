"""The embedded API Gateway: control planes (REST, HTTP, WebSocket) that answer from our own state, as AWS does."""
