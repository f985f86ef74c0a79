"""Pure: what an API is, what a deployment would change, what a throttle means, what was used."""
