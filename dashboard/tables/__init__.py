"""Module 1: DynamoDB tables."""
