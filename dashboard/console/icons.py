"""Our own icons, drawn on a 24 × 24 grid with a line of 1.75: constant path data, nothing from a page ever gets in."""

from __future__ import annotations

ICONS: dict[str, str] = {
    "activity": "M3 12h4l3-8 4 16 3-8h4",
    "alert": "M12 4 2.8 20h18.4L12 4ZM12 10v4.5M12 17.2v.1",
    "arrow-left": "M19 12H5M11 6l-6 6 6 6",
    "arrow-right": "M5 12h14M13 6l6 6-6 6",
    "bars": "M4 20h16M7 20v-6M12 20V5M17 20v-9",
    "check": "M5 12.5 10 17.5 19 7",
    "chevron-down": "m6 9 6 6 6-6",
    "chevron-right": "m9 6 6 6-6 6",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2",
    "close": "M6 6l12 12M18 6 6 18",
    "cloud": "M7 19a5 5 0 0 1-.6-9.96 6 6 0 0 1 11.5 1.5A4.3 4.3 0 0 1 17.5 19H7Z",
    "copy": "M9 9h11v11H9zM15 9V4H4v11h5",
    "download": "M12 4v11M7 11l5 5 5-5M5 20h14",
    "edit": "M4 20h4L19.5 8.5l-4-4L4 16v4ZM13 7l4 4",
    "empty": "M4 13 7 5h10l3 8v6H4v-6ZM4 13h5l1 2.5h4l1-2.5h5",
    "external": "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
    "filter": "M4 5h16l-6 7.5V19l-4-2v-4.5L4 5Z",
    "gate": "M4 21V8l8-5 8 5v13M9 21v-7.5a3 3 0 0 1 6 0V21M2.5 21h19",
    "gauge": "M4 18a8.5 8.5 0 1 1 16 0M12 17.5l4-6.5M4 18h2M18 18h2",
    "history": "M4 4v5h5M4.6 9A8 8 0 1 1 4 13M12 8v4.5l3 1.7",
    "home": "M4 11 12 4l8 7v9h-5.5v-6h-5v6H4v-9Z",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.6v.1",
    "jobs": "M4 6h10M4 12h7M4 18h10M16 10l5 3.5-5 3.5v-7Z",
    "key": "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM11 12.2 20 4M16 7.5l3 3",
    "link": (
        "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L11.8 7.2"
        "M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.5-1.5"
    ),
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "minus": "M5 12h14",
    "moon": "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
    "palette": "M5 5h6v6H5zM13 5h6v6h-6zM5 13h6v6H5zM13 13h6v6h-6z",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 21a7.5 7.5 0 0 1 15 0",
    "people": (
        "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 20a6.5 6.5 0 0 1 13 0"
        "M16 5.3a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5"
    ),
    "plug": "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0V8ZM12 17v4",
    "plus": "M12 5v14M5 12h14",
    "question": (
        "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.6v.1"
    ),
    "refresh": "M20 5v5h-5M4 19v-5h5M5.5 9.5a7 7 0 0 1 12-2.5L20 10M18.5 14.5a7 7 0 0 1-12 2.5L4 14",
    "search": "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM16 16l4.5 4.5",
    "settings": (
        "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6Z"
        "M9 14.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6Z"
    ),
    "shield": "M12 3 5 6v5.5c0 4.3 2.8 7.6 7 9.5 4.2-1.9 7-5.2 7-9.5V6l-7-3Z",
    "sign-out": "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
    "sun": (
        "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4"
        "M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
    ),
    "table": "M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9",
    "theme": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 3v18M12 8l6.5-2M12 12.5l9-2.5M12 17l8-2",
    "trash": "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5",
    "undo": "M4 10h10.5a5 5 0 0 1 0 10H9M8.5 5.5 4 10l4.5 4.5",
    "x-circle": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9 9l6 6M15 9l-6 6",
}
"""Name to path data. A name that is not here is an error of the template, found by a test."""
