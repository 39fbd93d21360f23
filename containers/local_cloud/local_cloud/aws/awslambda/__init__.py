"""Lambda beyond moto: image functions that run, their event sources and their asynchronous invocations."""
