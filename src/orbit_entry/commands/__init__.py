"""What the command line does, one command a module; heavy imports happen inside, when a command runs."""
