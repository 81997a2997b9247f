"""What the pages for people show, made ready for their templates: nothing here knows of HTTP."""
