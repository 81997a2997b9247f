"""The one script of the pages: it stands in the page itself, and the content policy names it by its hash.

So a page with it takes no request more than one without, and nothing else that a page may hold is run.
"""

import base64
import hashlib
from pathlib import Path

SCRIPT = (Path(__file__).parent.parent / "static" / "pages.js").read_text("utf-8").strip()

SCRIPT_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode('ascii')}'"
"""The script as a source of `script-src` (CSP, section 2.3.1)."""
