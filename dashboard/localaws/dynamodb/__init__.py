"""DynamoDB as the layer answers it: ministack's operations, with what it lacks or gets wrong put right."""
