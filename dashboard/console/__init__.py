"""The frame: menu, home, palette, components, and the wrapper every screen passes through."""
