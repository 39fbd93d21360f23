"""What stands between a template and its resources: packaging, checking, and moto's CloudFormation."""
