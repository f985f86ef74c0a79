"""Gatehouse's Django project: the console's frame and the tables module."""
