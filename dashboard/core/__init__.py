"""Pure values that every room shares: no Django, no AWS library, nothing else of ours."""
