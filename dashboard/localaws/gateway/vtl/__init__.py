"""The template language of mappings (Velocity, as API Gateway has it): parsed, run within bounds, with Java's values."""
