"""The command line ``top50``, and all that works alike on a lake on this machine and on a stack in AWS."""
