"""The job on a slow disk, as a run that never ends by itself: whenever the kill comes, it comes in time."""

import random
import signal
import sys
import time

from chart_transform.stores.local import LocalStore
from transform import main


def slowly(operation):
    """The same, some time later."""

    def done(self, *arguments):
        time.sleep(random.uniform(0.05, 0.2))
        return operation(self, *arguments)

    return done


def unless_it_is_the_last(write):
    """The same, but for the summary, with which a run ends."""

    def written(self, key, data):
        if key.startswith("runs/"):
            signal.pause()
        return write(self, key, data)

    return written


for name in ("write", "replace", "move", "delete"):
    setattr(LocalStore, name, slowly(getattr(LocalStore, name)))
LocalStore.write = unless_it_is_the_last(LocalStore.write)

main(sys.argv[1:])
