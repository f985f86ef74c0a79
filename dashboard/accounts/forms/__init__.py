"""The forms of this room, each turning what was entered into the values of a row and back."""
