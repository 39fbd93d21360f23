"""CloudFormation beyond moto: SAM templates, checked and deployed with every resource type of this project."""
