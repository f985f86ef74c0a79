"""What the environment may say: the rules, the reader, and the parts of the settings that are values of their own."""
