"""Who may do what, where: connections, groups, grants, sign-in."""
