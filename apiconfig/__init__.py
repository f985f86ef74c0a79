"""Module 2, API Gateway."""
