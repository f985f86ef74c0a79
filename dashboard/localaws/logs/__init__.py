"""CloudWatch Logs in the embedded AWS: groups, streams and lines, among them the access logs of stages."""
