"""The REST control plane (API Gateway v1): one file a resource kind."""
