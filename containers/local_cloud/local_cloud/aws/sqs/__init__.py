"""SQS beyond moto: no delivery inside SendMessage, and dead letters moved back."""
