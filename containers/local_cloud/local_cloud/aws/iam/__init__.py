"""Who may do what: roles as the template grants them, enforced."""

# The services that act with a role, as a trust policy names them.
GLUE = "glue.amazonaws.com"
LAMBDA = "lambda.amazonaws.com"
SCHEDULER = "scheduler.amazonaws.com"
STATES = "states.amazonaws.com"
