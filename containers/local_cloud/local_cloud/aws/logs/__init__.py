"""CloudWatch Logs beyond moto: what functions and job runs write."""
