"""Step Functions beyond moto: executions that run."""
