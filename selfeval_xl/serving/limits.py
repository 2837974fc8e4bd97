"""How much of everything: what a stranger sends must not be able to stop the service."""

from selfeval_xl.reading.opening import MAX_FILE

MOST_UPLOAD = MAX_FILE
"""Bytes of a request, before anything of it is parsed."""
MOST_DRAINED = 5 * MOST_UPLOAD
"""So many bytes of a request that is too large are read and dropped, that the browser hears why; then it is cut off."""
MOST_FILES = 12
MOST_FIELDS = 12
MOST_FIELD = 4096
"""Bytes of a field that is no file."""
QUEUE = 60
"""Uploads in work or waiting; whoever comes then is told to come again."""
SECONDS = 45
"""Of a conversion: a workbook takes half a second, an old one that is read apart up to 30."""
MEMORY = 1536 * 2**20
"""Bytes of address space of a conversion."""
MOST_WRITTEN = 200 * 2**20
"""Bytes of one file that a conversion may write."""
KEPT_MINUTES = 60
"""So long what was made can be fetched, where there is no store."""
IDLE_MINUTES = 30
"""Then whoever is logged in is logged out."""
MOST_SESSIONS = 5000
SHOWN = 200
"""Findings of one level on the page; 核对结果 has them all."""
TRIES = 5
LOCKED_MINUTES = 15
"""So many wrong passwords lock an account for so long."""
SHORTEST_PASSWORD = 8
LOG_DAYS = 400
"""An entry of the log is kept for more than a year; six months are asked for."""
