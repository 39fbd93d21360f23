"""The job on a disk that takes its time over each step, so that a kill finds a run in the middle of it."""

import random
import sys
import time

from transform import LocalStore, main


def slowly(operation):
    """The same, some time later."""

    def done(self, *arguments):
        time.sleep(random.uniform(0.05, 0.2))
        return operation(self, *arguments)

    return done


for name in ("write", "replace", "move", "delete"):
    setattr(LocalStore, name, slowly(getattr(LocalStore, name)))

main(sys.argv[1:])
