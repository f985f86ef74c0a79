"""API Gateway's control plane: ``rest`` (REST APIs), ``http`` (HTTP and WebSocket APIs), ``plans`` (usage plans and keys).

Plain functions; AwsError is all they raise. They return botocore's answers as plain JSON values, times as ISO 8601 text in UTC,
without ResponseMetadata and without any key's value.
"""
