"""What the commands do, a module for each: cli.py imports the one that is called."""
